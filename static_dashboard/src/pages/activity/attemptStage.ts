import { m } from '../../lib/messages';

const STAGES: Record<string, string> = {
  queued: m.activity_attempt_queued(),
  writing: m.activity_attempt_writing(),
  painting: m.activity_attempt_painting(),
  storing: m.activity_attempt_storing(),
};

/** What a job was doing when an attempt failed, from its status. */
export function attemptStage(stage: string): string {
  return STAGES[stage] ?? m.activity_attempt_running();
}
