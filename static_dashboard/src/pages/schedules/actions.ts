import type { Schedule } from '../../lib/api/types';
import type { App } from '../../lib/app.svelte';
import { m } from '../../lib/messages';
import { settings } from '../../lib/store/settings.svelte';
import { errorMessage } from '../../lib/text/errors';
import { freshKey } from '../../lib/text/ids';
import { draftOfSchedule } from './form';

/** Actions on a schedule, with their messages. */
export function scheduleActions({ session, library, toasts }: App) {
  async function attempt(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      toasts.warn(errorMessage(error));
      return false;
    }
  }

  return {
    pause: (schedule: Schedule, reason: string) =>
      attempt(async () => {
        library.noteSchedule(await session.api.pauseSchedule(schedule.id, reason));
        toasts.say(m.schedules_name_paused({ name: schedule.name }), async () => {
          await attempt(async () => library.noteSchedule(await session.api.resumeSchedule(schedule.id)));
        });
      }),
    resume: (schedule: Schedule) =>
      attempt(async () => {
        library.noteSchedule(await session.api.resumeSchedule(schedule.id));
        toasts.say(m.schedules_name_resumed({ name: schedule.name }));
      }),
    run: (schedule: Schedule) =>
      attempt(async () => {
        library.noteJob(await session.api.runSchedule(schedule.id, freshKey()));
        toasts.say(m.schedules_name_started({ name: schedule.name }));
      }),
    remove: (schedule: Schedule) =>
      attempt(async () => {
        await session.api.deleteSchedule(schedule.id);
        library.schedules.delete(schedule.id);
        library.pollNow();
        toasts.say(m.schedules_deleted_images_kept({ name: schedule.name }), async () => {
          await attempt(async () => {
            const again = await session.api.createSchedule(draftOfSchedule(schedule));
            library.noteSchedule(
              schedule.paused ? await session.api.pauseSchedule(again.id, schedule.paused_reason) : again,
            );
          });
        });
      }),
  };
}

/** Pause or resume all schedules, and show the result or the error. */
export async function pauseAll({ session, toasts }: App, reason: string | null): Promise<void> {
  const paused = reason !== null;
  try {
    await settings.change(session.api, { paused, paused_reason: reason ?? '' });
    toasts.say(paused ? m.schedules_all_schedules_are_paused() : m.schedules_all_schedules_are_resumed());
  } catch (error) {
    toasts.warn(errorMessage(error));
  }
}
