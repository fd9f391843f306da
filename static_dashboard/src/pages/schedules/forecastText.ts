import type { Forecast } from '../../lib/api/types';
import { m } from '../../lib/messages';
import { counted, dollars, number } from '../../lib/text/numbers';
import { lasting } from '../../lib/text/time';

/** What a schedule adds up to in thirty days, in words. */
export interface Outlook {
  /** What it takes by itself. */
  own: string;
  /** How it fits beside all others into what the library allows. */
  together: string;
  fits: boolean;
  /** Parts of the month's limit, of 1: this schedule's, and that of all others. */
  share: number;
  others: number;
}

export function outlook(forecast: Forecast): Outlook {
  const { pictures, others, limit, day_limit, fits, skipped } = forecast;
  const sum = pictures + others;
  const day = Math.ceil(sum / 30);
  const rest = others === 0 ? '' : ` With the ${number(others)} of the other schedules`;
  let together = `${rest === '' ? 'That is' : `${rest} that is`} ${number(sum)} of the ${number(limit)} pictures a month.`;
  if (!fits) together += ' The rest would be skipped: paint less often, or raise the limit in the settings.';
  else if (day > day_limit) together += ` On most days, more than the ${number(day_limit)} that a day may have.`;
  return {
    own: `${counted(forecast.runs, 'run')}, ${counted(pictures, 'picture')}${takes(forecast)}.${left(skipped)}`,
    together: together.trim(),
    fits: fits && day <= day_limit,
    share: Math.min(1, pictures / limit),
    others: Math.min(1, others / limit),
  };
}

/** What its own limit leaves out. */
function left(skipped: number): string {
  return skipped === 0 ? '' : ` Its own limit of a month leaves ${counted(skipped, 'run')} out.`;
}

function takes({ painting_s, cost_usd }: Forecast): string {
  const time = painting_s === null ? '' : `, about ${long(painting_s)} of painting`;
  const cost = cost_usd === null ? '' : cost_usd === 0 ? ', at no cost' : `, about ${dollars(cost_usd)}`;
  return `${time}${cost}`;
}

function long(seconds: number): string {
  return seconds < 7_200 ? lasting(seconds) : m.schedules_text_count({ count: Math.round(seconds / 3_600) });
}
