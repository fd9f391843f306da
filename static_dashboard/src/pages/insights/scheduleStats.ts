import type { ScheduleInsights } from '../../lib/api/types';
import { m } from '../../lib/messages';
import { dollars, number } from '../../lib/text/numbers';
import { duration } from '../../lib/text/time';

/** The shares of a schedule's images by what was done with them, from 0 to 1. */
export interface Shares {
  kept: number;
  trashed: number;
  removed: number;
  favourites: number;
  approved: number;
}

export function shares(of: ScheduleInsights): Shares {
  const all = Math.max(1, of.kept + of.trashed + of.removed);
  return {
    kept: of.kept / all,
    trashed: of.trashed / all,
    removed: of.removed / all,
    favourites: of.favourites / all,
    approved: of.approved / all,
  };
}

/** 37%, and never 0% or 100% of what is some, or not all. */
export function percent(share: number): string {
  if (share <= 0) return '0%';
  if (share >= 1) return '100%';
  return `${Math.min(99, Math.max(1, Math.round(share * 100)))}%`;
}

/** A measured time; a dash where nothing was measured. */
export function seconds(value: number | null): string {
  if (value === null) return '–';
  return value < 10 ? `${value.toFixed(1)} s` : duration(value);
}

export function price(value: number | null): string {
  return value === null ? '–' : dollars(value);
}

/** The number of runs, with those that failed or were skipped. */
export function runs({ runs: all, failed, skipped }: ScheduleInsights): string {
  if (failed === 0 && skipped === 0) return number(all);
  if (skipped === 0) return m.insights_runs_failed({ total: all, failed });
  if (failed === 0) return m.insights_runs_skipped({ total: all, skipped });
  return m.insights_runs_failed_skipped({ total: all, failed, skipped });
}

/** The name of the schedule, or the text for images without a schedule. */
export function nameOf({ schedule_id, name }: ScheduleInsights): string {
  if (schedule_id === null) return m.insights_not_scheduled();
  return name ?? m.insights_unnamed_schedule();
}
