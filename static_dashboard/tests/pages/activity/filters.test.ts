import { describe, expect, it } from 'vitest';
import { visibleJobs, filterOf } from '../../../src/pages/activity/filters';
import { job } from '../../image';

describe('jobs', () => {
  it('are listed as they are now, not as they were when the list came', () => {
    const listed = [job({ id: 'a', created_at: '2' }), job({ id: 'b', created_at: '1' })];
    const live = [
      job({ id: 'a', created_at: '2', status: 'succeeded' }),
      job({ id: 'c', created_at: '3' }),
      job({ id: 'd', created_at: '0' }),
    ];

    expect(visibleJobs(listed, live, filterOf('all')).map(({ id, status }) => `${id} ${status}`)).toEqual([
      'c queued',
      'a succeeded',
      'b queued',
    ]);
    expect(visibleJobs(listed, live, filterOf('done')).map(({ id }) => id)).toEqual(['a']);
  });
});
