import { body, bodyIfAny, type ApiClient } from './client';
import type { PublicationRequest, WebhookRequest } from './types';

/** Calls about publishing and webhooks. */
export function publishingCalls({ GET, POST, PUT, DELETE }: ApiClient) {
  const by = (id: string) => ({ path: { id } });

  return {
    publish: (scheduleId: string, request: PublicationRequest) =>
      body(PUT('/schedules/{id}/publication', { params: by(scheduleId), body: request })),
    /** Once the response arrives, no file is public anymore. */
    unpublish: (scheduleId: string) => bodyIfAny(DELETE('/schedules/{id}/publication', { params: by(scheduleId) })),

    /** A new signing secret is in this response only. */
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
