import { body, bodyIfAny, type ApiClient } from './client';
import type { PublicationRequest, WebhookRequest } from './types';

/** Calls about what leaves the library by itself: published images, and messages to other systems. */
export function publishingCalls({ GET, POST, PUT, DELETE }: ApiClient) {
  const by = (id: string) => ({ path: { id } });

  return {
    publish: (scheduleId: string, request: PublicationRequest) =>
      body(PUT('/schedules/{id}/publication', { params: by(scheduleId), body: request })),
    /** When this is answered, none of the files is left on the site. */
    unpublish: (scheduleId: string) => bodyIfAny(DELETE('/schedules/{id}/publication', { params: by(scheduleId) })),

    /** The answer has the secret when it is new, and never again. */
    setWebhook: (scheduleId: string, request: WebhookRequest) =>
      body(PUT('/schedules/{id}/webhook', { params: by(scheduleId), body: request })),
    removeWebhook: (scheduleId: string) => bodyIfAny(DELETE('/schedules/{id}/webhook', { params: by(scheduleId) })),
    testWebhook: (scheduleId: string) => body(POST('/schedules/{id}/webhook/test', { params: by(scheduleId) })),
    deliveries: (scheduleId: string, cursor?: string) =>
      body(GET('/schedules/{id}/deliveries', { params: { ...by(scheduleId), query: { cursor, limit: 10 } } })),
    resendDelivery: (scheduleId: string, deliveryId: string) =>
      body(
        POST('/schedules/{id}/deliveries/{delivery_id}/retry', {
          params: { path: { id: scheduleId, delivery_id: deliveryId } },
        }),
      ),
  };
}
