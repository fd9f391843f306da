/** The API's schemas under the dashboard's names. */
import type { components } from './generated';

type Schemas = components['schemas'];

export type LibraryImage = Schemas['ImageResponse'];
export type ImagePage = Schemas['ImagePage'];
/** The values of an image that a user can set; missing ones stay unchanged. */
export type ImagePatch = Partial<Pick<LibraryImage, 'favourite' | 'rating' | 'tags' | 'title' | 'alt_text'>> & {
  approved?: boolean;
};
export type BulkAction = Schemas['BulkChange']['action'];
export type ImageParameters = Schemas['ParametersResponse'];
export type PromptView = Schemas['PromptResponse'];
export type PromptCheck = Schemas['PromptCheckResponse'];
export type PromptRecord = Schemas['PromptRecordResponse'];
export type GivenPrompt = Schemas['GivenPrompt'];
export type Upcoming = Schemas['UpcomingPromptResponse'];
export type Estimate = Schemas['EstimateResponse'];
export type Forecast = Schemas['ForecastResponse'];
export type Preset = Schemas['PresetResponse'];
export type SavedSearch = Schemas['SavedSearchResponse'];
export type Album = Schemas['AlbumResponse'];
export type AlbumDraft = Schemas['AlbumBody'];
export type Job = Schemas['JobResponse'];
export type JobStatus = Job['status'];
export type JobDraft = Schemas['JobBody'];
export type JobPage = Schemas['JobPage'];
export type Options = Schemas['Options'];
export type Schedule = Schemas['ScheduleResponse'];
export type ScheduleDraft = Schemas['ScheduleBody'];
export type Language = NonNullable<ScheduleDraft['text_language']>;
export type Timing = ScheduleDraft['timing'];
export type Preview = Schemas['PreviewResponse'];
export type PreviewRequest = Schemas['PreviewBody'];
export type Insights = Schemas['InsightsResponse'];
export type ScheduleInsights = Schemas['ScheduleInsights'];
export type LogLink = Schemas['LogLink'];
export type SetupComponent = Schemas['ComponentResponse'];
export type ComponentTest = Schemas['ComponentTestResponse'];
export type Publication = NonNullable<Schedule['publication']>;
export type PublicationRequest = Schemas['PublicationBody'];
export type WebhookRequest = Schemas['WebhookBody'];
export type WebhookEvent = NonNullable<Schedule['webhook']>['events'][number];
export type Delivery = Schemas['DeliveryResponse'];
export type LibrarySettings = Schemas['SettingsResponse'];
export type SettingsPatch = Omit<Schemas['SettingsChange'], 'etag'>;
export type AuditEntry = Schemas['AuditResponse'];
export interface AuditFilter {
  actor?: string;
  action?: string;
  target?: string;
  since?: string;
  until?: string;
}
export type ApiKey = Schemas['KeyResponse'];
export type NewApiKey = Schemas['NewKeyResponse'];
export type KeyRequest = Schemas['KeyBody'];
export type Changes = Schemas['ChangesResponse'];
export type Config = Schemas['ConfigResponse'];
export type ModelProfile = Schemas['ModelProfile'];
export type Stats = Schemas['StatsResponse'];
