import type { Config, Estimate } from '../../lib/api/types';
import { counted, dollars, number } from '../../lib/text/numbers';
import { lasting } from '../../lib/text/time';

/** What pressing the button takes and costs, before it is pressed. */
export function priceTag(estimate: Estimate | null, config: Config | null): string {
  if (estimate === null || config === null) return '';
  return overLimit(estimate, config) || `${takes(estimate, config)} ${paintedToday(estimate, config)}.`;
}

/** Why the limits don't allow so many pictures; empty when they do. */
function overLimit({ pictures, day_left, month_left }: Estimate, { limits }: Config): string {
  const [left, most, until] =
    month_left < day_left
      ? [month_left, `this month’s ${number(limits.images_per_month)}`, 'the first of the next month']
      : [day_left, `today’s ${number(limits.images_per_day)}`, 'midnight UTC'];
  if (pictures <= left) return '';
  const counts = left === 0 ? `None is left of ${most} pictures` : `Only ${counted(left, 'picture')} left of ${most}`;
  return `${counts}; the limit begins anew at ${until}.`;
}

function takes({ painting_s, cost_usd, wake_s, jobs_ahead }: Estimate, { painter }: Config): string {
  const said: string[] = [];
  if (painting_s === null) said.push('How long it takes is known after the first picture.');
  else {
    const cost = cost_usd === null ? '' : cost_usd === 0 ? ' at no cost' : ` for about ${dollars(cost_usd)}`;
    const wait = jobs_ahead === 0 ? '' : `, after ${counted(jobs_ahead, 'other job')}`;
    said.push(`About ${lasting(Math.max(1, painting_s))}${cost}${wait}.`);
  }
  if (painter.status === 'asleep' && jobs_ahead === 0) {
    said.push(
      wake_s === null
        ? 'The painter sleeps and has to wake first.'
        : `The painter sleeps: waking takes about ${lasting(wake_s)}.`,
    );
  }
  return said.join(' ');
}

function paintedToday({ day_left }: Estimate, { limits }: Config): string {
  return `${number(limits.images_per_day - day_left)} of ${number(limits.images_per_day)} painted today`;
}
