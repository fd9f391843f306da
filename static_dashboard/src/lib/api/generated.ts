export interface paths {
    "/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What appeared, moved or failed since the last call.
         * @description For readers.
         */
        get: operations["get_changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the app and its painter can do, and who you are.
         * @description For readers.
         */
        get: operations["get_config"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** That the app runs. */
        get: operations["get_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Pictures, newest first, by search.
         * @description For readers.
         */
        get: operations["list_images"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One picture with its story.
         * @description For readers.
         */
        get: operations["get_image"];
        put?: never;
        post?: never;
        /**
         * Move a picture to the trash, or remove it for good.
         * @description For editors.
         */
        delete: operations["delete_image"];
        options?: never;
        head?: never;
        /**
         * Judge, tag or name a picture.
         * @description For editors.
         */
        patch: operations["change_image"];
        trace?: never;
    };
    "/images/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The picture itself.
         * @description For readers.
         */
        get: operations["get_image_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take it out of the trash.
         * @description For editors.
         */
        post: operations["restore_image"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change many pictures: ids at once, a search as a job.
         * @description For editors.
         */
        post: operations["change_images"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pack pictures into a zip, which is kept for a day.
         * @description For editors.
         */
        post: operations["export_images"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/insights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shares, times and money per schedule, as last counted.
         * @description For readers.
         */
        get: operations["get_insights"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs, newest first.
         * @description For readers.
         */
        get: operations["list_jobs"];
        put?: never;
        /**
         * Paint a theme.
         * @description For editors.
         */
        post: operations["create_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One job with its progress.
         * @description For readers.
         */
        get: operations["get_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop it; stored pictures stay.
         * @description For editors.
         */
        post: operations["cancel_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start it again, as a new job.
         * @description For editors.
         */
        post: operations["retry_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back what it changed.
         * @description For editors.
         */
        post: operations["undo_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/estimate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a job would take and cost.
         * @description For readers.
         */
        post: operations["estimate_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: operations["get_openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/presets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your presets by name.
         * @description For readers.
         */
        get: operations["list_presets"];
        put?: never;
        /**
         * Keep paint options.
         * @description For editors.
         */
        post: operations["create_preset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/presets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of your presets.
         * @description For readers.
         */
        get: operations["get_preset"];
        /**
         * Set it anew.
         * @description For editors.
         */
        put: operations["change_preset"];
        post?: never;
        /**
         * Delete one of your presets.
         * @description For editors.
         */
        delete: operations["delete_preset"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/prompts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prompts that you had painted, latest first.
         * @description For readers.
         */
        get: operations["list_prompts"];
        put?: never;
        /**
         * Write a prompt; paint nothing.
         * @description For editors.
         */
        post: operations["propose_prompt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/prompts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take it out of your history.
         * @description For editors.
         */
        delete: operations["forget_prompt"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/prompts/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Length and unknown words of a prompt.
         * @description For readers.
         */
        post: operations["check_prompt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/saved-searches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your saved searches by name.
         * @description For readers.
         */
        get: operations["list_saved_searches"];
        put?: never;
        /**
         * Keep a search.
         * @description For editors.
         */
        post: operations["create_saved_search"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/saved-searches/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of your saved searches.
         * @description For readers.
         */
        get: operations["get_saved_search"];
        /**
         * Set it anew.
         * @description For editors.
         */
        put: operations["change_saved_search"];
        post?: never;
        /**
         * Delete one of your saved searches.
         * @description For editors.
         */
        delete: operations["delete_saved_search"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Schedules by name.
         * @description For readers.
         */
        get: operations["list_schedules"];
        put?: never;
        /**
         * Paint a theme again and again.
         * @description For editors.
         */
        post: operations["create_schedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One schedule.
         * @description For readers.
         */
        get: operations["get_schedule"];
        /**
         * Set it anew.
         * @description For editors.
         */
        put: operations["change_schedule"];
        post?: never;
        /**
         * Delete a schedule and cancel its open jobs; its pictures stay.
         * @description For editors.
         */
        delete: operations["delete_schedule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Messages to its webhook and what became of them, latest first.
         * @description For readers.
         */
        get: operations["list_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{id}/deliveries/{delivery_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a message again, under its own id.
         * @description For editors.
         */
        post: operations["send_again"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop planning a schedule.
         * @description For editors.
         */
        post: operations["pause_schedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{id}/prompts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prompts that wait for the next runs.
         * @description For readers.
         */
        get: operations["list_upcoming"];
        put?: never;
        /**
         * Write the next runs' prompts now; paint nothing.
         * @description For editors.
         */
        post: operations["prepare_upcoming"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{id}/prompts/{prompt_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set a waiting prompt anew.
         * @description For editors.
         */
        put: operations["change_upcoming"];
        post?: never;
        /**
         * Throw a waiting prompt away; its run gets a fresh one.
         * @description For editors.
         */
        delete: operations["drop_upcoming"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{id}/publication": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Show its pictures to the world.
         * @description For editors.
         */
        put: operations["publish_schedule"];
        post?: never;
        /**
         * Remove everything that the world sees of it.
         * @description For editors.
         */
        delete: operations["unpublish_schedule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plan it again from now on.
         * @description For editors.
         */
        post: operations["resume_schedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a schedule once, now.
         * @description For editors.
         */
        post: operations["run_schedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A schedule's jobs, skipped slots included, newest first.
         * @description For readers.
         */
        get: operations["list_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{id}/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Call an address when pictures are there or a run failed.
         * @description For editors.
         */
        put: operations["set_webhook"];
        post?: never;
        /**
         * Call it no more.
         * @description For editors.
         */
        delete: operations["remove_webhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/{id}/webhook/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send it a message that tells nothing.
         * @description For editors.
         */
        post: operations["test_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schedules/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A timetable in words, its runs, and what they add up to.
         * @description For readers.
         */
        post: operations["preview_schedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Limits, time zone, pause, and the budget's use.
         * @description For readers.
         */
        get: operations["get_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the settings.
         * @description For editors.
         */
        patch: operations["change_settings"];
        trace?: never;
    };
    "/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which parts run, and what would replace them.
         * @description For readers.
         */
        get: operations["get_setup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/setup/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try one part.
         * @description For editors.
         */
        post: operations["check_part"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How to sign in. */
        get: operations["get_sign_in"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The library in numbers.
         * @description For readers.
         */
        get: operations["get_stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tags with counts.
         * @description For readers.
         */
        get: operations["list_tags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/terms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Words by their beginning.
         * @description For readers.
         */
        get: operations["list_terms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Pictures per day.
         * @description For readers.
         */
        get: operations["get_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Amount */
        Amount: {
            /** Cost Usd */
            cost_usd: number;
            /** Images */
            images: number;
        };
        /**
         * Anything
         * @description A JSON object, such as the OpenAPI document.
         */
        Anything: {
            [key: string]: unknown;
        };
        /**
         * Attempt
         * @description One try to deliver a message.
         */
        Attempt: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Ms
             * @default 0
             */
            ms: number;
            /**
             * Problem
             * @default
             */
            problem: string;
            /**
             * Status
             * @default null
             */
            status: number | null;
        };
        /**
         * BulkChange
         * @description Either `ids`, changed at once, or `q`, changed by a job.
         */
        BulkChange: {
            /**
             * Action
             * @enum {string}
             */
            action: "favourite" | "unfavourite" | "rate" | "tag" | "untag" | "approve" | "unapprove" | "trash" | "restore" | "purge";
            /**
             * Ids
             * @default null
             */
            ids?: string[] | null;
            /**
             * Q
             * @default null
             */
            q?: string | null;
            /**
             * Rating
             * @description For the action rate.
             * @default null
             */
            rating?: number | null;
            /**
             * Tags
             * @description For the actions tag and untag.
             * @default null
             */
            tags?: string[] | null;
        };
        /** BulkFailure */
        BulkFailure: {
            /** Error */
            error: string;
            /** Id */
            id: string;
        };
        /** BulkResult */
        BulkResult: {
            /** Done */
            done: string[];
            /** Failed */
            failed: components["schemas"]["BulkFailure"][];
        };
        /** ChangesView */
        ChangesView: {
            /** Images */
            images: components["schemas"]["ImageView"][];
            /** Jobs */
            jobs: components["schemas"]["JobView"][];
            /** Open Jobs */
            open_jobs: number;
            /** Schedules */
            schedules: components["schemas"]["ScheduleView"][];
            /**
             * Token
             * @description For `since` of the next call.
             */
            token: string;
        };
        /** CheckBody */
        CheckBody: {
            /** Prompt */
            prompt: string;
        };
        /** CheckedView */
        CheckedView: {
            /** Cost Usd */
            cost_usd: number;
            /** Message */
            message: string;
            /** Ok */
            ok: boolean;
            /** Took Ms */
            took_ms: number;
        };
        /** ConfigView */
        ConfigView: {
            limits: components["schemas"]["Limits"];
            /** Models */
            models: string[];
            /** Name */
            name: string;
            painter: components["schemas"]["PainterView"];
            profile: components["schemas"]["ModelProfile"];
            /**
             * Prompts By
             * @enum {string}
             */
            prompts_by: "chatgpt" | "offline";
            /** Role */
            role: string;
            /** Timezone */
            timezone: string;
            /** Version */
            version: string;
        };
        /** Cron */
        Cron: {
            /**
             * Cron
             * @example 0 9 * * *
             */
            cron: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "cron";
            /**
             * Timezone
             * @example Europe/Berlin
             */
            timezone: string;
        };
        /**
         * CronTiming
         * @description Five-field cron on the wall clock of an IANA zone.
         */
        CronTiming: {
            /** Cron */
            cron: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "cron";
            /** Timezone */
            timezone: string;
        };
        /** Day */
        Day: {
            /** Count */
            count: number;
            /**
             * Day
             * @example 2026-11-23
             */
            day: string;
        };
        /** DeliveryPage */
        DeliveryPage: {
            /** Items */
            items: components["schemas"]["DeliveryView"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** DeliveryView */
        DeliveryView: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Attempts
             * @default []
             */
            attempts: components["schemas"]["Attempt"][];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Etag
             * @default
             */
            etag: string;
            /** Event */
            event: ("pictures.painted" | "run.failed" | "schedule.paused") | "test";
            /** Host */
            host: string;
            /** Id */
            id: string;
            /**
             * Next Try At
             * @description While it is pending.
             * @default null
             */
            next_try_at: string | null;
            /**
             * Run Id
             * @default null
             */
            run_id: string | null;
            /**
             * Schema Version
             * @default 1
             */
            schema_version: number;
            /**
             * State
             * @default pending
             * @enum {string}
             */
            state: "pending" | "delivered" | "failed";
            /**
             * Tries From
             * @default 0
             */
            tries_from: number;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /**
         * ErrorBody
         * @description The body of every failure.
         */
        ErrorBody: {
            error: components["schemas"]["Fault"];
        };
        /** EstimateBody */
        EstimateBody: {
            /**
             * @default {
             *       "count": 1,
             *       "guidance": null,
             *       "height": null,
             *       "model": null,
             *       "negative_prompt": null,
             *       "sampler": null,
             *       "seed": null,
             *       "steps": null,
             *       "width": null
             *     }
             */
            options?: components["schemas"]["Options"];
            /**
             * Prompt Given
             * @description Whether nothing is left to be written.
             * @default false
             */
            prompt_given?: boolean;
        };
        /** EstimateView */
        EstimateView: {
            /**
             * Cost Usd
             * @description None while nothing was measured.
             */
            cost_usd: number | null;
            /**
             * Day Left
             * @description Pictures that the limits still allow today.
             */
            day_left: number;
            /** Jobs Ahead */
            jobs_ahead: number;
            /**
             * Measured Pictures
             * @description How many of the last seven days these numbers come from.
             */
            measured_pictures: number;
            /** Month Left */
            month_left: number;
            /**
             * Painting S
             * @description None while nothing was measured.
             */
            painting_s: number | null;
            /** Pictures */
            pictures: number;
            /**
             * Wake S
             * @description How long runs waited that found the painter asleep. None while nothing was measured.
             */
            wake_s: number | null;
        };
        /** Every */
        Every: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "every";
            /** Minutes */
            minutes: number;
            /**
             * Timezone
             * @default UTC
             * @example Europe/Berlin
             */
            timezone?: string;
        };
        /**
         * ExportBody
         * @description Either `ids` or `q`, packed into a zip by a job.
         */
        ExportBody: {
            /**
             * Ids
             * @default null
             */
            ids?: string[] | null;
            /**
             * Q
             * @default null
             */
            q?: string | null;
            /**
             * Variant
             * @description `clean` has neither stories nor prompts nor ids in it.
             * @default original
             * @enum {string}
             */
            variant?: "original" | "clean";
        };
        /**
         * Fault
         * @description What went wrong, in words for people and a code for programs.
         */
        Fault: {
            /** Code */
            code: string;
            /**
             * Details
             * @default null
             */
            details: {
                [key: string]: unknown;
            } | null;
            /** Message */
            message: string;
            /** Retryable */
            retryable: boolean;
        };
        /**
         * FileView
         * @description A file that a job made.
         */
        FileView: {
            /** Bytes */
            bytes: number;
            /** Filename */
            filename: string;
            /**
             * Kept Until
             * Format: date-time
             */
            kept_until: string;
            /** Url */
            url: string;
            /**
             * Url Expires At
             * Format: date-time
             */
            url_expires_at: string;
        };
        /**
         * ForecastView
         * @description Of the next thirty days.
         */
        ForecastView: {
            /**
             * Cost Usd
             * @description None while nothing was measured.
             */
            cost_usd: number | null;
            /** Day Limit */
            day_limit: number;
            /**
             * Fits
             * @description Whether all schedules together stay within the month's limit.
             */
            fits: boolean;
            /**
             * Limit
             * @description Pictures a month.
             */
            limit: number;
            /**
             * Others
             * @description Pictures of the other schedules that are not paused.
             */
            others: number;
            /**
             * Painting S
             * @description None while nothing was measured.
             */
            painting_s: number | null;
            /** Pictures */
            pictures: number;
            /** Runs */
            runs: number;
            /**
             * Skipped
             * @description Runs beside these that go over the schedule's own limit of a month.
             */
            skipped: number;
        };
        /**
         * GivenPrompt
         * @description A prompt that a person wrote or edited.
         */
        GivenPrompt: {
            /**
             * Alt Text
             * @default
             */
            alt_text?: string;
            /**
             * Negative Prompt
             * @default
             */
            negative_prompt?: string;
            /** Prompt */
            prompt: string;
            /**
             * Tags
             * @default []
             */
            tags?: string[];
            /**
             * Title
             * @default
             */
            title?: string;
        };
        /** Health */
        Health: {
            /**
             * Status
             * @default ok
             * @constant
             */
            status: "ok";
            /** Version */
            version: string;
        };
        /**
         * ImageChange
         * @description Fields that are left out, or null, stay as they are.
         */
        ImageChange: {
            /**
             * Alt Text
             * @default null
             */
            alt_text?: string | null;
            /**
             * Approved
             * @description Whether it may be published.
             * @default null
             */
            approved?: boolean | null;
            /**
             * Etag
             * @description Of the version that was changed.
             */
            etag: string;
            /**
             * Favourite
             * @default null
             */
            favourite?: boolean | null;
            /**
             * Rating
             * @default null
             */
            rating?: number | null;
            /**
             * Tags
             * @default null
             */
            tags?: string[] | null;
            /**
             * Title
             * @default null
             */
            title?: string | null;
        };
        /** ImagePage */
        ImagePage: {
            /** Items */
            items: components["schemas"]["ImageView"][];
            /**
             * Matched
             * @description Words to highlight.
             * @default null
             */
            matched: string[] | null;
            /** Next Cursor */
            next_cursor: string | null;
            /**
             * Total
             * @description On the first page, when it is cheap to count.
             * @default null
             */
            total: number | null;
            /**
             * Total Text
             * @description On the first page instead of a total: 1,000+.
             * @default null
             */
            total_text: string | null;
        };
        /** ImageView */
        ImageView: {
            /**
             * Alt Text
             * @default
             */
            alt_text: string;
            /**
             * Approved At
             * @default null
             */
            approved_at: string | null;
            /**
             * Average Colour
             * @default
             */
            average_colour: string;
            /** Bytes */
            bytes: number;
            /**
             * Cost Usd
             * @default 0
             */
            cost_usd: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /** Day */
            day: string;
            /**
             * Deleted At
             * @default null
             */
            deleted_at: string | null;
            /**
             * Etag
             * @default
             */
            etag: string;
            /**
             * Favourite
             * @default false
             */
            favourite: boolean;
            /** Guidance */
            guidance: number;
            /** Height */
            height: number;
            /** Id */
            id: string;
            /** Job Id */
            job_id: string;
            /** Model */
            model: string;
            /**
             * Model Revision
             * @default
             */
            model_revision: string;
            /** Month */
            month: string;
            /**
             * Negative Prompt
             * @default
             */
            negative_prompt: string;
            /** Original Url */
            original_url: string;
            /** Prompt */
            prompt: string;
            prompt_source: components["schemas"]["PromptSource"];
            /**
             * Rating
             * @default 0
             */
            rating: number;
            /** Sampler */
            sampler: string;
            /**
             * Schedule Id
             * @default null
             */
            schedule_id: string | null;
            /**
             * Schedule Name
             * @default null
             */
            schedule_name: string | null;
            /**
             * Schema Version
             * @default 1
             */
            schema_version: number;
            /** Seed */
            seed: number;
            /** Sha256 */
            sha256: string;
            /** Steps */
            steps: number;
            /**
             * Tags
             * @default []
             */
            tags: string[];
            /** Theme */
            theme: string;
            /**
             * Thumbhash
             * @default
             */
            thumbhash: string;
            /** Thumbnail Url */
            thumbnail_url: string;
            /**
             * @default {
             *       "painting_ms": 0,
             *       "storing_ms": 0,
             *       "waiting_ms": 0,
             *       "writing_ms": 0
             *     }
             */
            timings: components["schemas"]["Timings"];
            /**
             * Title
             * @default
             */
            title: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /**
             * Urls Expire At
             * Format: date-time
             */
            urls_expire_at: string;
            /** Width */
            width: number;
        };
        /** InsightsView */
        InsightsView: {
            /**
             * As Of
             * @description When these were counted; None until the first count.
             */
            as_of: string | null;
            /** Models */
            models: components["schemas"]["ModelCount"][];
            /** Schedules */
            schedules: components["schemas"]["ScheduleInsights"][];
            /**
             * Since
             * @description The first month, YYYY-MM.
             * @example 2026-09
             */
            since: string;
            /** Timezone */
            timezone: string;
        };
        /**
         * IntervalTiming
         * @description Every so many minutes, counted from `starts_at`, or without one from 1970-01-01T00:00Z.
         */
        IntervalTiming: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "every";
            /** Minutes */
            minutes: number;
            /**
             * Timezone
             * @default UTC
             */
            timezone: string;
        };
        /** JobBody */
        JobBody: {
            /**
             * Instructions
             * @default
             */
            instructions?: string;
            /**
             * @default {
             *       "count": 1,
             *       "guidance": null,
             *       "height": null,
             *       "model": null,
             *       "negative_prompt": null,
             *       "sampler": null,
             *       "seed": null,
             *       "steps": null,
             *       "width": null
             *     }
             */
            options?: components["schemas"]["Options"];
            /**
             * @description With it, nothing is written.
             * @default null
             */
            prompt?: components["schemas"]["GivenPrompt"] | null;
            /**
             * Theme
             * @example animals in unexpected places
             */
            theme: string;
        };
        /** JobPage */
        JobPage: {
            /** Items */
            items: components["schemas"]["JobView"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** JobView */
        JobView: {
            /**
             * Attempt
             * @default 1
             */
            attempt: number;
            /**
             * Cancel Requested
             * @default false
             */
            cancel_requested: boolean;
            /**
             * Cost Usd
             * @default 0
             */
            cost_usd: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Etag
             * @default
             */
            etag: string;
            /**
             * Failures
             * @default 0
             */
            failures: number;
            /**
             * @description What an export made, for a day.
             * @default null
             */
            file: components["schemas"]["FileView"] | null;
            /**
             * Finished At
             * @default null
             */
            finished_at: string | null;
            /**
             * Folded Slots
             * @default 0
             */
            folded_slots: number;
            /** Id */
            id: string;
            /**
             * Kind
             * @default generation
             * @enum {string}
             */
            kind: "generation" | "bulk" | "undo" | "export" | "publish" | "webhook" | "rewrite-days";
            /**
             * Not Before
             * Format: date-time
             */
            not_before: string;
            /** @default null */
            options: components["schemas"]["PaintOptions"] | null;
            /**
             * Percent
             * @description Of the whole job.
             */
            readonly percent: number;
            /**
             * Pictures
             * @default []
             */
            pictures: components["schemas"]["Picture"][];
            /**
             * Position
             * @description Open jobs before this one, while it is queued.
             * @default null
             */
            position: number | null;
            /**
             * @default {
             *       "note": "",
             *       "percent": 0,
             *       "picture": 0,
             *       "position": null,
             *       "preview": null,
             *       "seconds_left": null,
             *       "step": 0,
             *       "steps": 0
             *     }
             */
            progress: components["schemas"]["Progress"];
            /** @default null */
            prompt: components["schemas"]["WrittenPrompt"] | null;
            /** @default null */
            reason: components["schemas"]["Reason"] | null;
            /** @default null */
            request: components["schemas"]["RequestView"] | null;
            /**
             * Retry Of
             * @default null
             */
            retry_of: string | null;
            /**
             * Schedule Id
             * @default null
             */
            schedule_id: string | null;
            /**
             * Schedule Name
             * @default null
             */
            schedule_name: string | null;
            /**
             * Schema Version
             * @default 1
             */
            schema_version: number;
            /** Sent At */
            sent_at: string | null;
            /**
             * Slot
             * @default null
             */
            slot: string | null;
            /**
             * Started At
             * @default null
             */
            started_at: string | null;
            /** @default queued */
            status: components["schemas"]["Status"];
            /**
             * @default {
             *       "painting_ms": 0,
             *       "storing_ms": 0,
             *       "waiting_ms": 0,
             *       "writing_ms": 0
             *     }
             */
            timings: components["schemas"]["Timings"];
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /**
             * Waited S
             * @default 0
             */
            waited_s: number;
            /**
             * Work
             * @default {}
             */
            work: {
                [key: string]: unknown;
            };
        };
        /**
         * Limits
         * @description What a person allows.
         */
        Limits: {
            /**
             * Images Per Day
             * @default 500
             */
            images_per_day: number;
            /**
             * Images Per Job
             * @default 16
             */
            images_per_job: number;
            /**
             * Images Per Month
             * @default 10000
             */
            images_per_month: number;
            /**
             * Max Pixels
             * @default 1048576
             */
            max_pixels: number;
            /**
             * Max Steps
             * @default 100
             */
            max_steps: number;
            /**
             * Trash Days
             * @default 30
             */
            trash_days: number;
        };
        /** LimitsChange */
        LimitsChange: {
            /**
             * Images Per Day
             * @default null
             */
            images_per_day?: number | null;
            /**
             * Images Per Job
             * @default null
             */
            images_per_job?: number | null;
            /**
             * Images Per Month
             * @default null
             */
            images_per_month?: number | null;
            /**
             * Max Pixels
             * @default null
             */
            max_pixels?: number | null;
            /**
             * Max Steps
             * @default null
             */
            max_steps?: number | null;
            /**
             * Trash Days
             * @default null
             */
            trash_days?: number | null;
        };
        /** ModelCount */
        ModelCount: {
            /** Model */
            model: string;
            /** Pictures */
            pictures: number;
        };
        /**
         * ModelProfile
         * @description What a model is good at; the prompt writer keeps to it.
         */
        ModelProfile: {
            /**
             * Family
             * @default sd
             */
            family: string;
            /**
             * Guidance
             * @default 7
             */
            guidance: number;
            /**
             * Height
             * @default 512
             */
            height: number;
            /**
             * Max Steps
             * @default 100
             */
            max_steps: number;
            /** Model */
            model: string;
            /**
             * Revision
             * @default
             */
            revision: string;
            /**
             * Sampler
             * @default default
             */
            sampler: string;
            /**
             * Samplers
             * @default [
             *       "default"
             *     ]
             */
            samplers: string[];
            /**
             * Steps
             * @default 30
             */
            steps: number;
            /**
             * Style Hint
             * @default
             */
            style_hint: string;
            /**
             * Suggestions
             * @description Things that it paints well.
             * @default []
             */
            suggestions: string[];
            /**
             * Token Budget
             * @default 75
             */
            token_budget: number;
            /**
             * Vocabulary
             * @default null
             */
            vocabulary: string[] | null;
            /**
             * Width
             * @default 512
             */
            width: number;
        };
        /**
         * Options
         * @description How to paint; what is left out comes from the model's profile.
         */
        Options: {
            /**
             * Count
             * @default 1
             */
            count?: number;
            /**
             * Guidance
             * @default null
             */
            guidance?: number | null;
            /**
             * Height
             * @default null
             */
            height?: number | null;
            /**
             * Model
             * @default null
             */
            model?: string | null;
            /**
             * Negative Prompt
             * @default null
             */
            negative_prompt?: string | null;
            /**
             * Sampler
             * @default null
             */
            sampler?: string | null;
            /**
             * Seed
             * @description Of the first picture.
             * @default null
             */
            seed?: number | null;
            /**
             * Steps
             * @default null
             */
            steps?: number | null;
            /**
             * Width
             * @default null
             */
            width?: number | null;
        };
        /** PainterView */
        PainterView: {
            /**
             * Status
             * @enum {string}
             */
            status: "ready" | "asleep";
        };
        /**
         * PaintOptions
         * @description How to paint.  None means: what the model's profile says.
         */
        PaintOptions: {
            /**
             * Count
             * @default 1
             */
            count: number;
            /**
             * Guidance
             * @default null
             */
            guidance: number | null;
            /**
             * Height
             * @default null
             */
            height: number | null;
            /**
             * Model
             * @default null
             */
            model: string | null;
            /**
             * Negative Prompt
             * @default null
             */
            negative_prompt: string | null;
            /**
             * Sampler
             * @default null
             */
            sampler: string | null;
            /**
             * Seed
             * @default null
             */
            seed: number | null;
            /**
             * Steps
             * @default null
             */
            steps: number | null;
            /**
             * Width
             * @default null
             */
            width: number | null;
        };
        /** PartView */
        PartView: {
            /**
             * Advice
             * @description What would replace it; empty where nothing needs to.
             */
            advice: string;
            /**
             * Check
             * @description What its check does.
             */
            check: string;
            /**
             * Cost Usd
             * @description Of its check; None while nothing was measured.
             */
            cost_usd: number | null;
            /**
             * Detail
             * @description The model, or where it is.
             */
            detail: string;
            /**
             * Id
             * @description prompts, painter, pictures or catalog.
             */
            id: string;
            /**
             * Lines
             * @description For .env.
             */
            lines: string[];
            /**
             * Now
             * @description What runs, as a code.
             * @example word-lists
             */
            now: string;
            /** Sentence */
            sentence: string;
            /**
             * Starter
             * @description Whether it is what one starts with.
             */
            starter: boolean;
        };
        /** PauseBody */
        PauseBody: {
            /**
             * Reason
             * @default
             */
            reason?: string;
        };
        /**
         * Picture
         * @description One picture that the job owes; id and seed are fixed before it is painted.
         */
        Picture: {
            /** Id */
            id: string;
            /**
             * Reason
             * @default
             */
            reason: string;
            /** Seed */
            seed: number;
            /**
             * State
             * @default pending
             * @enum {string}
             */
            state: "pending" | "stored" | "blocked" | "cancelled";
        };
        /** PresetBody */
        PresetBody: {
            /** Name */
            name: string;
            /**
             * @default {
             *       "count": 1,
             *       "guidance": null,
             *       "height": null,
             *       "model": null,
             *       "negative_prompt": null,
             *       "sampler": null,
             *       "seed": null,
             *       "steps": null,
             *       "width": null
             *     }
             */
            options?: components["schemas"]["Options"];
        };
        /** PresetList */
        PresetList: {
            /** Items */
            items: components["schemas"]["PresetView"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /** PresetUpdate */
        PresetUpdate: {
            /**
             * Etag
             * @description Of the version that was changed.
             */
            etag: string;
            /** Name */
            name: string;
            /**
             * @default {
             *       "count": 1,
             *       "guidance": null,
             *       "height": null,
             *       "model": null,
             *       "negative_prompt": null,
             *       "sampler": null,
             *       "seed": null,
             *       "steps": null,
             *       "width": null
             *     }
             */
            options?: components["schemas"]["Options"];
        };
        /** PresetView */
        PresetView: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Etag
             * @default
             */
            etag: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * @default {
             *       "count": 1,
             *       "guidance": null,
             *       "height": null,
             *       "model": null,
             *       "negative_prompt": null,
             *       "sampler": null,
             *       "seed": null,
             *       "steps": null,
             *       "width": null
             *     }
             */
            options: components["schemas"]["PaintOptions"];
            /**
             * Schema Version
             * @default 1
             */
            schema_version: number;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /** PreviewBody */
        PreviewBody: {
            /**
             * After
             * @description Runs after this moment; by default, now.
             * @default null
             */
            after?: string | null;
            /**
             * Count
             * @default 5
             */
            count?: number;
            /**
             * Ends At
             * @default null
             */
            ends_at?: string | null;
            /**
             * Images Per Month
             * @description Of this schedule alone; null: as the library allows.
             * @default null
             */
            images_per_month?: number | null;
            /**
             * @description What one run paints, for the forecast.
             * @default {
             *       "count": 1,
             *       "guidance": null,
             *       "height": null,
             *       "model": null,
             *       "negative_prompt": null,
             *       "sampler": null,
             *       "seed": null,
             *       "steps": null,
             *       "width": null
             *     }
             */
            options?: components["schemas"]["Options"];
            /**
             * Schedule Id
             * @description The schedule that is edited; the forecast counts it once.
             * @default null
             */
            schedule_id?: string | null;
            /**
             * Starts At
             * @default null
             */
            starts_at?: string | null;
            /** Timing */
            timing: components["schemas"]["Cron"] | components["schemas"]["Every"];
        };
        /** PreviewView */
        PreviewView: {
            forecast: components["schemas"]["ForecastView"];
            /** Runs */
            runs: string[];
            /** Sentence */
            sentence: string;
            /** Timezone */
            timezone: string;
        };
        /**
         * Progress
         * @description What a person sees while waiting.
         */
        Progress: {
            /**
             * Note
             * @default
             */
            note: string;
            /**
             * Percent
             * @default 0
             */
            percent: number;
            /**
             * Picture
             * @default 0
             */
            picture: number;
            /**
             * Position
             * @default null
             */
            position: number | null;
            /**
             * Preview
             * @description Of the picture being painted: a WebP of at most 8 KB, in base64.
             * @default null
             */
            preview: string | null;
            /**
             * Seconds Left
             * @default null
             */
            seconds_left: number | null;
            /**
             * Step
             * @default 0
             */
            step: number;
            /**
             * Steps
             * @default 0
             */
            steps: number;
        };
        /** PromptBody */
        PromptBody: {
            /**
             * Avoid
             * @description Writings that this one shall differ from.
             * @default []
             */
            avoid?: string[];
            /**
             * Instructions
             * @default
             */
            instructions?: string;
            /**
             * Schedule Id
             * @description Whose last prompts not to repeat.
             * @default null
             */
            schedule_id?: string | null;
            /**
             * Theme
             * @example animals in unexpected places
             */
            theme: string;
        };
        /** PromptCheckView */
        PromptCheckView: {
            /**
             * Sentence
             * @description Both in one sentence for people; empty when every word is known.
             */
            sentence: string;
            /**
             * Suggestions
             * @description What it paints well, when there are unknown words.
             */
            suggestions: string[];
            /** Token Budget */
            token_budget: number;
            /**
             * Tokens
             * @description Length for the model's text encoder; None if it can't be told.
             */
            tokens: number | null;
            /**
             * Unknown Words
             * @description Words that the model has never seen.
             */
            unknown_words: string[];
        };
        /** PromptPage */
        PromptPage: {
            /** Items */
            items: components["schemas"]["PromptRecordView"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** PromptRecordView */
        PromptRecordView: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Etag
             * @default
             */
            etag: string;
            /** Id */
            id: string;
            /**
             * Instructions
             * @default
             */
            instructions: string;
            /** Job Id */
            job_id: string;
            /**
             * @default {
             *       "count": 1,
             *       "guidance": null,
             *       "height": null,
             *       "model": null,
             *       "negative_prompt": null,
             *       "sampler": null,
             *       "seed": null,
             *       "steps": null,
             *       "width": null
             *     }
             */
            options: components["schemas"]["PaintOptions"];
            prompt: components["schemas"]["WrittenPrompt"];
            /**
             * Schema Version
             * @default 1
             */
            schema_version: number;
            /** Theme */
            theme: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /**
         * PromptSource
         * @enum {string}
         */
        PromptSource: "chatgpt" | "offline" | "user";
        /** PromptView */
        PromptView: {
            /** Alt Text */
            alt_text: string;
            /** Negative Prompt */
            negative_prompt: string;
            /** Prompt */
            prompt: string;
            /**
             * Sentence
             * @description Both in one sentence for people; empty when every word is known.
             */
            sentence: string;
            source: components["schemas"]["PromptSource"];
            /**
             * Suggestions
             * @description What it paints well, when there are unknown words.
             */
            suggestions: string[];
            /** Tags */
            tags: string[];
            /** Title */
            title: string;
            /** Token Budget */
            token_budget: number;
            /**
             * Tokens
             * @description Length for the model's text encoder; None if it can't be told.
             */
            tokens: number | null;
            /**
             * Unknown Words
             * @description Words that the model has never seen.
             */
            unknown_words: string[];
        };
        /** PublicationBody */
        PublicationBody: {
            /**
             * Etag
             * @description Of the schedule, as it was seen.
             */
            etag: string;
            /**
             * Prompts
             * @description Whether prompts and theme are told too.
             * @default false
             */
            prompts?: boolean;
            /**
             * Publish
             * @description Which pictures: those that a person approved, or all.
             * @default approved
             * @enum {string}
             */
            publish?: "approved" | "everything";
            /**
             * Slug
             * @description Its name in addresses; by default made from its own.
             * @default null
             */
            slug?: string | null;
        };
        /** PublicationView */
        PublicationView: {
            /** Embed Html */
            embed_html: string;
            /** Feed Json Url */
            feed_json_url: string;
            /** Feed Xml Url */
            feed_xml_url: string;
            /**
             * Frame Url
             * @description A slideshow for a screen.
             */
            frame_url: string;
            /** Latest Url */
            latest_url: string;
            /**
             * Prompts
             * @default false
             */
            prompts: boolean;
            /**
             * Publish
             * @default approved
             * @enum {string}
             */
            publish: "approved" | "everything";
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /** Slug */
            slug: string;
        };
        /**
         * Reason
         * @description Why a job ended, waits or was skipped, in words a person can act on.
         */
        Reason: {
            /** Code */
            code: string;
            /** Message */
            message: string;
        };
        /** RequestView */
        RequestView: {
            /**
             * Instructions
             * @default
             */
            instructions: string;
            /**
             * @default {
             *       "count": 1,
             *       "guidance": null,
             *       "height": null,
             *       "model": null,
             *       "negative_prompt": null,
             *       "sampler": null,
             *       "seed": null,
             *       "steps": null,
             *       "width": null
             *     }
             */
            options: components["schemas"]["PaintOptions"];
            /** @default null */
            prompt: components["schemas"]["WrittenPrompt"] | null;
            /** Theme */
            theme: string;
            /**
             * Variables
             * @default {}
             */
            variables: {
                [key: string]: string;
            };
        };
        /** RunBody */
        RunBody: {
            /**
             * Count
             * @description Pictures, other than the schedule says.
             * @default null
             */
            count?: number | null;
        };
        /** ScheduleBody */
        ScheduleBody: {
            /**
             * Ends At
             * @default null
             */
            ends_at?: string | null;
            /**
             * Images Per Month
             * @description Of this schedule alone; null: as the library allows.
             * @default null
             */
            images_per_month?: number | null;
            /**
             * Instructions
             * @default
             */
            instructions?: string;
            /**
             * Keep Days
             * @description Then what nobody marked goes to the trash; null: never.
             * @default null
             */
            keep_days?: number | null;
            /**
             * Missed
             * @default latest
             * @enum {string}
             */
            missed?: "latest" | "skip";
            /** Name */
            name: string;
            /**
             * @default {
             *       "count": 1,
             *       "guidance": null,
             *       "height": null,
             *       "model": null,
             *       "negative_prompt": null,
             *       "sampler": null,
             *       "seed": null,
             *       "steps": null,
             *       "width": null
             *     }
             */
            options?: components["schemas"]["Options"];
            /**
             * Overlap
             * @default skip
             * @enum {string}
             */
            overlap?: "skip" | "allow";
            /**
             * Pause After Failures
             * @description In a row; null: never by itself.
             * @default 5
             */
            pause_after_failures?: number | null;
            /**
             * Starts At
             * @default null
             */
            starts_at?: string | null;
            /**
             * Theme
             * @example animals in unexpected places
             */
            theme: string;
            /** Timing */
            timing: components["schemas"]["Cron"] | components["schemas"]["Every"];
        };
        /**
         * ScheduleInsights
         * @description Of one schedule, or of everything that no schedule painted.
         */
        ScheduleInsights: {
            /** Approved */
            approved: number;
            /** Cost Per Picture Usd */
            cost_per_picture_usd: number | null;
            /** Cost Usd */
            cost_usd: number;
            /**
             * Days
             * @description Pictures per day of the library's that had any.
             */
            days: {
                [key: string]: number;
            };
            /** Failed */
            failed: number;
            /** Favourites */
            favourites: number;
            /**
             * Kept
             * @description In the library and not in the trash.
             */
            kept: number;
            /**
             * Name
             * @description As its pictures know it; None for what no schedule painted.
             */
            name: string | null;
            /** Painted */
            painted: number;
            /**
             * Painting S
             * @description Per picture.
             */
            painting_s: number | null;
            /**
             * Removed
             * @description For good.
             */
            removed: number;
            /**
             * Runs
             * @description That ended; skipped ones are counted apart.
             */
            runs: number;
            /** Schedule Id */
            schedule_id: string | null;
            /** Skipped */
            skipped: number;
            /** Trashed */
            trashed: number;
            /**
             * Waiting Median S
             * @description From being asked for to its end, less what was worked.
             */
            waiting_median_s: number | null;
            /** Waiting P95 S */
            waiting_p95_s: number | null;
            /**
             * Writing S
             * @description Per prompt.
             */
            writing_s: number | null;
        };
        /** ScheduleList */
        ScheduleList: {
            /** Items */
            items: components["schemas"]["ScheduleView"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /** ScheduleUpdate */
        ScheduleUpdate: {
            /**
             * Ends At
             * @default null
             */
            ends_at?: string | null;
            /**
             * Etag
             * @description Of the version that was changed.
             */
            etag: string;
            /**
             * Images Per Month
             * @description Of this schedule alone; null: as the library allows.
             * @default null
             */
            images_per_month?: number | null;
            /**
             * Instructions
             * @default
             */
            instructions?: string;
            /**
             * Keep Days
             * @description Then what nobody marked goes to the trash; null: never.
             * @default null
             */
            keep_days?: number | null;
            /**
             * Missed
             * @default latest
             * @enum {string}
             */
            missed?: "latest" | "skip";
            /** Name */
            name: string;
            /**
             * @default {
             *       "count": 1,
             *       "guidance": null,
             *       "height": null,
             *       "model": null,
             *       "negative_prompt": null,
             *       "sampler": null,
             *       "seed": null,
             *       "steps": null,
             *       "width": null
             *     }
             */
            options?: components["schemas"]["Options"];
            /**
             * Overlap
             * @default skip
             * @enum {string}
             */
            overlap?: "skip" | "allow";
            /**
             * Pause After Failures
             * @description In a row; null: never by itself.
             * @default 5
             */
            pause_after_failures?: number | null;
            /**
             * Starts At
             * @default null
             */
            starts_at?: string | null;
            /**
             * Theme
             * @example animals in unexpected places
             */
            theme: string;
            /** Timing */
            timing: components["schemas"]["Cron"] | components["schemas"]["Every"];
        };
        /** ScheduleView */
        ScheduleView: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Deleted At
             * @default null
             */
            deleted_at: string | null;
            /**
             * Ends At
             * @default null
             */
            ends_at: string | null;
            /**
             * Etag
             * @default
             */
            etag: string;
            /** Id */
            id: string;
            /**
             * Images Per Month
             * @default null
             */
            images_per_month: number | null;
            /**
             * Instructions
             * @default
             */
            instructions: string;
            /**
             * Keep Days
             * @default null
             */
            keep_days: number | null;
            /**
             * Missed
             * @default latest
             * @enum {string}
             */
            missed: "latest" | "skip";
            /** Name */
            name: string;
            /**
             * Next Run At
             * @default null
             */
            next_run_at: string | null;
            /**
             * @default {
             *       "count": 1,
             *       "guidance": null,
             *       "height": null,
             *       "model": null,
             *       "negative_prompt": null,
             *       "sampler": null,
             *       "seed": null,
             *       "steps": null,
             *       "width": null
             *     }
             */
            options: components["schemas"]["PaintOptions"];
            /**
             * Overlap
             * @default skip
             * @enum {string}
             */
            overlap: "skip" | "allow";
            /**
             * Pause After Failures
             * @default 5
             */
            pause_after_failures: number | null;
            /**
             * Paused
             * @default false
             */
            paused: boolean;
            /**
             * Paused Reason
             * @default
             */
            paused_reason: string;
            /**
             * @description How the world sees it, if it does.
             * @default null
             */
            publication: components["schemas"]["PublicationView"] | null;
            /**
             * Runs
             * @default 0
             */
            runs: number;
            /**
             * Schema Version
             * @default 1
             */
            schema_version: number;
            /**
             * Sentence
             * @description When it runs, in words.
             */
            sentence: string;
            /**
             * Starts At
             * @default null
             */
            starts_at: string | null;
            /** Theme */
            theme: string;
            /** Timing */
            timing: components["schemas"]["CronTiming"] | components["schemas"]["IntervalTiming"];
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /**
             * @description Who is told about its runs.
             * @default null
             */
            webhook: components["schemas"]["WebhookView"] | null;
        };
        /** SearchBody */
        SearchBody: {
            /** Name */
            name: string;
            /**
             * Q
             * @example fox -snow rating:>3
             */
            q: string;
        };
        /** SearchList */
        SearchList: {
            /** Items */
            items: components["schemas"]["SearchView"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /** SearchUpdate */
        SearchUpdate: {
            /**
             * Etag
             * @description Of the version that was changed.
             */
            etag: string;
            /** Name */
            name: string;
            /**
             * Q
             * @example fox -snow rating:>3
             */
            q: string;
        };
        /** SearchView */
        SearchView: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Etag
             * @default
             */
            etag: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Q */
            q: string;
            /**
             * Schema Version
             * @default 1
             */
            schema_version: number;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /**
         * SettingsChange
         * @description Fields that are left out, or null, stay as they are.
         */
        SettingsChange: {
            /**
             * Etag
             * @description Of the version that was changed.
             */
            etag: string;
            /** @default null */
            limits?: components["schemas"]["LimitsChange"] | null;
            /**
             * Paused
             * @description Plan no schedule any more.
             * @default null
             */
            paused?: boolean | null;
            /**
             * Paused Reason
             * @default null
             */
            paused_reason?: string | null;
            /**
             * Timezone
             * @default null
             */
            timezone?: string | null;
        };
        /** SettingsView */
        SettingsView: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Etag
             * @default
             */
            etag: string;
            /** Id */
            id: string;
            /**
             * Jobs Followed
             * @default null
             */
            jobs_followed: string | null;
            /**
             * @default {
             *       "images_per_day": 500,
             *       "images_per_job": 16,
             *       "images_per_month": 10000,
             *       "max_pixels": 1048576,
             *       "max_steps": 100,
             *       "trash_days": 30
             *     }
             */
            limits: components["schemas"]["Limits"];
            /**
             * Paused
             * @default false
             */
            paused: boolean;
            /**
             * Paused Reason
             * @default
             */
            paused_reason: string;
            /**
             * Schema Version
             * @default 1
             */
            schema_version: number;
            /**
             * Timezone
             * @default UTC
             */
            timezone: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            usage: components["schemas"]["UsageView"];
        };
        /** SetupView */
        SetupView: {
            /** Items */
            items: components["schemas"]["PartView"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /** SignInView */
        SignInView: {
            /**
             * Audience
             * @default null
             */
            audience: string | null;
            /**
             * Client Id
             * @default null
             */
            client_id: string | null;
            /**
             * Issuer
             * @default null
             */
            issuer: string | null;
            /** Methods */
            methods: ("key" | "entra")[];
        };
        /** StatsView */
        StatsView: {
            /** Jobs Open */
            jobs_open: number;
            month: components["schemas"]["Amount"];
            /** Pictures */
            pictures: number;
            today: components["schemas"]["Amount"];
            /** Trash */
            trash: number;
        };
        /**
         * Status
         * @enum {string}
         */
        Status: "queued" | "writing" | "painting" | "storing" | "running" | "succeeded" | "failed" | "blocked" | "cancelled" | "skipped";
        /** TagCount */
        TagCount: {
            /** Count */
            count: number;
            /** Tag */
            tag: string;
        };
        /** TagList */
        TagList: {
            /** Items */
            items: components["schemas"]["TagCount"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /** TermCount */
        TermCount: {
            /** Count */
            count: number;
            /** Term */
            term: string;
        };
        /** TermList */
        TermList: {
            /** Items */
            items: components["schemas"]["TermCount"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /** TimelineView */
        TimelineView: {
            /** Days */
            days: components["schemas"]["Day"][];
            /** Timezone */
            timezone: string;
            /** Total */
            total: number;
        };
        /**
         * Timings
         * @description Milliseconds spent in each stage of the job that made the picture.
         */
        Timings: {
            /**
             * Painting Ms
             * @default 0
             */
            painting_ms: number;
            /**
             * Storing Ms
             * @default 0
             */
            storing_ms: number;
            /**
             * Waiting Ms
             * @default 0
             */
            waiting_ms: number;
            /**
             * Writing Ms
             * @default 0
             */
            writing_ms: number;
        };
        /** UpcomingBody */
        UpcomingBody: {
            /**
             * Alt Text
             * @default
             */
            alt_text?: string;
            /**
             * Etag
             * @description Of the version that was changed.
             */
            etag: string;
            /**
             * Negative Prompt
             * @default
             */
            negative_prompt?: string;
            /** Prompt */
            prompt: string;
            /**
             * Tags
             * @default []
             */
            tags?: string[];
            /**
             * Title
             * @default
             */
            title?: string;
        };
        /** UpcomingList */
        UpcomingList: {
            /** Items */
            items: components["schemas"]["UpcomingView"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /** UpcomingView */
        UpcomingView: {
            /** Alt Text */
            alt_text: string;
            /** Edited */
            edited: boolean;
            /** Etag */
            etag: string;
            /** Id */
            id: string;
            /** Negative Prompt */
            negative_prompt: string;
            /** Prompt */
            prompt: string;
            /**
             * Sentence
             * @description Both in one sentence for people; empty when every word is known.
             */
            sentence: string;
            /**
             * Slot
             * @description The run that will take it.
             */
            slot: string | null;
            source: components["schemas"]["PromptSource"];
            /**
             * Suggestions
             * @description What it paints well, when there are unknown words.
             */
            suggestions: string[];
            /** Tags */
            tags: string[];
            /** Title */
            title: string;
            /** Token Budget */
            token_budget: number;
            /**
             * Tokens
             * @description Length for the model's text encoder; None if it can't be told.
             */
            tokens: number | null;
            /**
             * Unknown Words
             * @description Words that the model has never seen.
             */
            unknown_words: string[];
        };
        /** UsageView */
        UsageView: {
            month: components["schemas"]["Amount"];
            today: components["schemas"]["Amount"];
        };
        /** WebhookBody */
        WebhookBody: {
            /**
             * Etag
             * @description Of the schedule, as it was seen.
             */
            etag: string;
            /**
             * Events
             * @default [
             *       "pictures.painted",
             *       "run.failed",
             *       "schedule.paused"
             *     ]
             */
            events?: ("pictures.painted" | "run.failed" | "schedule.paused")[];
            /**
             * New Secret
             * @description Make another secret; the one before no longer signs.
             * @default false
             */
            new_secret?: boolean;
            /**
             * Prompts
             * @description Whether prompts and theme are told too.
             * @default false
             */
            prompts?: boolean;
            /**
             * Url
             * @description HTTPS, on the public internet; by default the one set already.
             * @default null
             */
            url?: string | null;
        };
        /** WebhookSetView */
        WebhookSetView: {
            /**
             * Disabled
             * @description Why nothing is sent any more; empty while it is.
             */
            disabled: string;
            /** Events */
            events: ("pictures.painted" | "run.failed" | "schedule.paused")[];
            /**
             * Host
             * @description Of the address, the rest of which may be a secret.
             */
            host: string;
            /** Prompts */
            prompts: boolean;
            /**
             * Secret
             * @description Of the Standard Webhooks, when it is new. It is never shown again.
             */
            secret: string | null;
            /**
             * Since
             * Format: date-time
             */
            since: string;
        };
        /** WebhookView */
        WebhookView: {
            /**
             * Disabled
             * @description Why nothing is sent any more; empty while it is.
             */
            disabled: string;
            /** Events */
            events: ("pictures.painted" | "run.failed" | "schedule.paused")[];
            /**
             * Host
             * @description Of the address, the rest of which may be a secret.
             */
            host: string;
            /** Prompts */
            prompts: boolean;
            /**
             * Since
             * Format: date-time
             */
            since: string;
        };
        /** WriteAheadBody */
        WriteAheadBody: {
            /**
             * Count
             * @description How many of the next runs shall have their prompts.
             * @default 3
             */
            count?: number;
        };
        /**
         * WrittenPrompt
         * @description What a prompt writer answers: everything that a picture is called and painted from.
         */
        WrittenPrompt: {
            /**
             * Alt Text
             * @default
             */
            alt_text: string;
            /**
             * Cost Usd
             * @default 0
             */
            cost_usd: number;
            /**
             * Negative Prompt
             * @default
             */
            negative_prompt: string;
            /** Prompt */
            prompt: string;
            /** @default user */
            source: components["schemas"]["PromptSource"];
            /**
             * Tags
             * @default []
             */
            tags: string[];
            /**
             * Title
             * @default
             */
            title: string;
            /**
             * Unknown Words
             * @default []
             */
            unknown_words: string[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_changes: {
        parameters: {
            query?: {
                /** @description The token of the last answer. */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangesView"];
                };
            };
            /** @description Nothing changed. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_config: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfigView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_images: {
        parameters: {
            query?: {
                /** @description Only pictures newer than this one, the nearest first. */
                after?: string;
                /** @description Only pictures older than this one. */
                before?: string;
                cursor?: string;
                /** @description Only pictures of this day in the library's time zone. */
                day?: string;
                /** @description Just these, separated by commas, in the trash or not; what is deleted for good is left out. */
                ids?: string[];
                limit?: number;
                q?: string;
                trash?: "out" | "only";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImagePage"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_image: {
        parameters: {
            query?: {
                /** @description Remove it for good rather than to the trash. */
                permanent?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageView"];
                };
            };
            /** @description It was removed for good. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    change_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImageChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_image_file: {
        parameters: {
            query?: {
                /** @description `clean` has neither prompt nor ids in it. */
                variant?: "original" | "thumbnail" | "clean";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The variant clean: a PNG. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": unknown;
                };
            };
            /** @description The other variants: where to load it from. */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    restore_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    change_images: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResult"];
                };
            };
            /** @description A job was made. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    export_images: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ExportBody"];
            };
        };
        responses: {
            /** @description A job was made. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_insights: {
        parameters: {
            query?: {
                /** @description How many, this one included. */
                months?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InsightsView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_jobs: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description Likewise. */
                kind?: ("generation" | "bulk" | "undo" | "export" | "publish" | "webhook" | "rewrite-days")[];
                limit?: number;
                schedule_id?: string;
                /** @description One or several, separated by commas. */
                status?: ("queued" | "writing" | "painting" | "storing" | "running" | "succeeded" | "failed" | "blocked" | "cancelled" | "skipped")[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPage"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    create_job: {
        parameters: {
            query?: never;
            header?: {
                /** @description Sent again with the same body, it returns the job that the first call made. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobBody"];
            };
        };
        responses: {
            /** @description A job was made. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    cancel_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    retry_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A job was made. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    undo_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A job was made. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    estimate_job: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EstimateBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EstimateView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Anything"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_presets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetList"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    create_preset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PresetBody"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_preset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    change_preset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PresetUpdate"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_preset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_prompts: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptPage"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    propose_prompt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromptBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    forget_prompt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    check_prompt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptCheckView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_saved_searches: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchList"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    create_saved_search: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchBody"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_saved_search: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    change_saved_search: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SearchUpdate"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_saved_search: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_schedules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleList"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    create_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleBody"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    change_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleUpdate"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_deliveries: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    send_again: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delivery_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A job was made. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    pause_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PauseBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_upcoming: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpcomingList"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    prepare_upcoming: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WriteAheadBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpcomingList"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    change_upcoming: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                prompt_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpcomingBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpcomingList"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    drop_upcoming: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                prompt_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    publish_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PublicationBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    unpublish_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    resume_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    run_schedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description Sent again with the same body, it returns the job that the first call made. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RunBody"];
            };
        };
        responses: {
            /** @description A job was made. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_runs: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPage"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    set_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSetView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    remove_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    test_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A job was made. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    preview_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    change_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    check_part: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckedView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_stats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatsView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_tags: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagList"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_terms: {
        parameters: {
            query: {
                limit?: number;
                prefix: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TermList"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    get_timeline: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimelineView"];
                };
            };
            /** @description A failure; `error.code` says which one. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
}
