import type { Config, Estimate } from '../../lib/api/types';
import { m } from '../../lib/messages';
import { dollars } from '../../lib/text/numbers';
import { duration } from '../../lib/text/time';

/** Time, cost and use of the limits of the next job, as sentences; empty while unknown. */
export function estimateText(estimate: Estimate | null, config: Config | null): string {
  if (estimate === null || config === null) return '';
  return [timeAndCost(estimate), queueText(estimate), startText(estimate, config), usedToday(estimate, config)]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** Why the library's limits don't allow the job, and when they do again; empty if they allow it. */
export function limitText(estimate: Estimate | null, config: Config | null): string {
  if (estimate === null || config === null) return '';
  const { pictures, day_left, month_left, refusal } = estimate;
  const { limits } = config;
  // Queued jobs and costs also count; only the API knows these.
  if (pictures <= Math.min(day_left, month_left)) return refusal;
  if (month_left < day_left) {
    const limit = limits.images_per_month;
    return month_left === 0
      ? m.create_month_limit_reached({ limit })
      : m.create_month_left({ left: month_left, limit });
  }
  const limit = limits.images_per_day;
  return day_left === 0 ? m.create_day_limit_reached({ limit }) : m.create_day_left({ left: day_left, limit });
}

function timeAndCost({ painting_s, cost_usd }: Estimate): string {
  if (painting_s === null) return m.create_estimate_unknown();
  const time = duration(Math.max(1, painting_s));
  if (cost_usd === null) return m.create_estimate_time({ duration: time });
  if (cost_usd === 0) return m.create_estimate_free({ duration: time });
  return m.create_estimate_cost({ duration: time, cost: dollars(cost_usd) });
}

function queueText({ painting_s, jobs_ahead }: Estimate): string {
  return painting_s === null || jobs_ahead === 0 ? '' : m.create_jobs_ahead({ count: jobs_ahead });
}

function startText({ wake_s, jobs_ahead }: Estimate, { painter }: Config): string {
  if (painter.status !== 'asleep' || jobs_ahead > 0) return '';
  if (wake_s === null) {
    const { longest_start_s: longest = null } = painter; // an API of an earlier version doesn't send it
    return longest === null
      ? m.create_service_has_to_start()
      : m.create_service_has_to_start_up_to({ duration: duration(longest) });
  }
  return m.create_service_has_to_start_about({ duration: duration(wake_s) });
}

function usedToday({ day_left }: Estimate, { limits }: Config): string {
  return m.create_used_today({ used: limits.images_per_day - day_left, limit: limits.images_per_day });
}
