import { describe, expect, it } from 'vitest';
import type { Job } from '../../../src/lib/api/types';
import { startingText } from '../../../src/lib/text/starting';

const NOW = new Date('2026-11-24T12:00:00Z');

describe('waiting for an inference service that starts', () => {
  const job = (own: object): Job =>
    ({
      status: 'painting',
      progress: { step: 0, note: 'Starting the inference service' },
      reason: null,
      waited_s: 0,
      updated_at: '2026-11-24T11:59:30Z',
      cancel_requested: false,
      ...own,
    }) as Job;

  it('counts down from how long it usually takes', () => {
    expect(startingText(job({}), 120, NOW)).toBe('About 1 min 30 s');
    expect(startingText(job({ waited_s: 60 }), 120, NOW)).toBe('About 30 s');
    expect(
      startingText(
        job({
          waited_s: 60,
          status: 'queued',
          reason: { code: 'starting', message: 'The inference service is still starting.' },
        }),
        120,
        NOW,
      ),
    ).toBe('About 30 s');
  });

  it('admits when it takes longer, and promises nothing unmeasured', () => {
    expect(startingText(job({ waited_s: 120 }), 120, NOW)).toBe('Taking longer than usual: 2 min 30 s so far');
    expect(startingText(job({}), null, NOW)).toBe('30 s so far');
  });

  it('is nothing for a job that is done or canceled', () => {
    expect(startingText(job({ progress: { step: 3, note: '' } }), 120, NOW)).toBe('');
    expect(startingText(job({ cancel_requested: true }), 120, NOW)).toBe('');
  });
});
