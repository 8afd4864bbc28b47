/**
 * Foco's stages as table functions of Spark SQL, for Python, R and JDBC users: {@link foco.driver.sql.FocoExtensions}. API
 * are its functions, which the documentation lists.
 */
package foco.driver.sql;
