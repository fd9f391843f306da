/** Pages that few visits need, by the names of their routes: each comes in files of its own. */
export const files = {
  create: () => import('./create/Create.svelte'),
  schedules: () => import('./schedules/Schedules.svelte'),
  schedule: () => import('./schedules/Schedule.svelte'),
  'schedule-form': () => import('./schedules/ScheduleForm.svelte'),
  activity: () => import('./activity/Activity.svelte'),
  trash: () => import('./trash/Trash.svelte'),
  albums: () => import('./albums/Albums.svelte'),
  album: () => import('./albums/Album.svelte'),
  slideshow: () => import('./playback/Playback.svelte'),
  compare: () => import('./compare/Compare.svelte'),
  insights: () => import('./insights/Insights.svelte'),
  setup: () => import('./setup/Setup.svelte'),
  settings: () => import('./settings/Settings.svelte'),
  audit: () => import('./audit/Audit.svelte'),
  unknown: () => import('./NotFound.svelte'),
};
