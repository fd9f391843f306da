import type { Forecast } from '../../lib/api/types';
import { m } from '../../lib/messages';
import { dollars } from '../../lib/text/numbers';
import { duration } from '../../lib/text/time';

export interface ForecastText {
  /** Runs, images, time and cost of this schedule. */
  own: string;
  /** How all schedules together compare with the limits of the library. */
  together: string;
  fits: boolean;
  /** Parts of the monthly limit from 0 to 1: this schedule's, and that of all others. */
  share: number;
  others: number;
}

/** The forecast of the next 30 days as sentences, and as parts of the monthly limit from 0 to 1. */
export function forecastText(forecast: Forecast): ForecastText {
  const { pictures, others, limit, day_limit, fits, runs } = forecast;
  const total = pictures + others;
  const perDay = Math.ceil(total / 30);
  const month =
    others === 0
      ? m.schedules_forecast_of_limit({ total, limit })
      : m.schedules_forecast_of_limit_with_others({ others, total, limit });
  const sentences = [month];
  if (!fits) sentences.push(m.schedules_forecast_over_month());
  else if (perDay > day_limit) sentences.push(m.schedules_forecast_over_day({ limit: day_limit }));
  return {
    own: [m.schedules_forecast_runs({ runs, images: pictures }), ...estimates(forecast)].join(' '),
    together: sentences.join(' '),
    fits: fits && perDay <= day_limit,
    share: Math.min(1, pictures / limit),
    others: Math.min(1, others / limit),
  };
}

function estimates({ painting_s, cost_usd, starts, standby_usd, hosted_usd, skipped }: Forecast): string[] {
  const sentences: string[] = [];
  if (painting_s !== null) sentences.push(m.schedules_forecast_time({ duration: longDuration(painting_s) }));
  if (cost_usd === 0) sentences.push(m.schedules_forecast_no_cost());
  else if (cost_usd !== null) sentences.push(m.schedules_forecast_cost({ cost: dollars(cost_usd) }));
  if (starts !== null && standby_usd) {
    sentences.push(m.schedules_forecast_starts({ count: starts, cost: dollars(standby_usd) }));
  }
  if (hosted_usd !== null) sentences.push(m.schedules_forecast_hosted({ cost: dollars(hosted_usd) }));
  if (skipped > 0) sentences.push(m.schedules_forecast_skipped({ count: skipped }));
  return sentences;
}

function longDuration(seconds: number): string {
  return seconds < 7_200 ? duration(seconds) : m.schedules_hours({ count: Math.round(seconds / 3_600) });
}
