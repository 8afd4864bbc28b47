/**
 * The {@code spark.foco.*} settings, declared once. {@link foco.driver.settings.FocoConf} is API.
 */
package foco.driver.settings;
