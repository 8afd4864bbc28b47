/**
 * {@code mvn -Pbench-spark}: attention of a table by Foco, and by what else a user of Spark can do, each in a process of its
 * own.
 */
package foco.bench.spark;
