/** The API's schemas under the dashboard's names. */
import type { components } from './generated';

type Schemas = components['schemas'];

export type LibraryImage = Schemas['ImageView'];
export type ImagePage = Schemas['ImagePage'];
/** The values of an image that a user can set; missing ones stay unchanged. */
export type ImagePatch = Partial<Pick<LibraryImage, 'favourite' | 'rating' | 'tags' | 'title' | 'alt_text'>> & {
  approved?: boolean;
};
export type BulkAction = Schemas['BulkChange']['action'];
export type PromptView = Schemas['PromptView'];
export type PromptCheck = Schemas['PromptCheckView'];
export type PromptRecord = Schemas['PromptRecordView'];
export type GivenPrompt = Schemas['GivenPrompt'];
export type Upcoming = Schemas['UpcomingView'];
export type Estimate = Schemas['EstimateView'];
export type Forecast = Schemas['ForecastView'];
export type Preset = Schemas['PresetView'];
export type SavedSearch = Schemas['SearchView'];
export type Job = Schemas['JobView'];
export type JobStatus = Job['status'];
export type JobDraft = Schemas['JobBody'];
export type JobPage = Schemas['JobPage'];
export type Options = Schemas['Options'];
export type Schedule = Schemas['ScheduleView'];
export type ScheduleDraft = Schemas['ScheduleBody'];
export type Timing = ScheduleDraft['timing'];
export type Preview = Schemas['PreviewView'];
export type PreviewRequest = Schemas['PreviewBody'];
export type Insights = Schemas['InsightsView'];
export type ScheduleInsights = Schemas['ScheduleInsights'];
export type Part = Schemas['PartView'];
export type CheckedPart = Schemas['CheckedView'];
export type Publication = NonNullable<Schedule['publication']>;
export type PublicationRequest = Schemas['PublicationBody'];
export type WebhookRequest = Schemas['WebhookBody'];
export type WebhookEvent = NonNullable<Schedule['webhook']>['events'][number];
export type Delivery = Schemas['DeliveryView'];
export type LibrarySettings = Schemas['SettingsView'];
export type SettingsPatch = Omit<Schemas['SettingsChange'], 'etag'>;
export type Changes = Schemas['ChangesView'];
export type Config = Schemas['ConfigView'];
export type ModelProfile = Schemas['ModelProfile'];
export type Stats = Schemas['StatsView'];
