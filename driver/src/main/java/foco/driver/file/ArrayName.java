package foco.driver.file;

/**
 * The name of an array in a file, taken apart.
 *
 * @param file the file's part of it
 * @param array what the array is called in the file; empty if the name does not say it
 */
public record ArrayName(String file, String array) {}
