/**
 * How a computation is shared out, what it moves and holds, and whether it fits. {@link
 * foco.driver.plan.AttentionPlan} and what it tells are API.
 */
package foco.driver.plan;
