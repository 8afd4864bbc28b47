/**
 * Models as their users have them, and their layers over tokens all over the cluster. A family of models is a file: its
 * configuration, its tensors, its layers in order. API.
 */
package foco.driver.model;
