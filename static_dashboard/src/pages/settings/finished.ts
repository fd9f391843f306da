import type { Job } from '../../lib/api/types';

/** Whether one of the jobs that were running has finished with images. */
export function newlyFinished(before: readonly string[], find: (id: string) => Job | undefined): boolean {
  return before.some((id) => {
    const job = find(id);
    return job?.kind === 'generation' && job.status === 'succeeded';
  });
}
