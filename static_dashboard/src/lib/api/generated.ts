export interface paths {
    "/albums": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List albums
         * @description Returns all albums, sorted by name. For the images of an album, see `GET images` with `q=album:ID sort:album`. Requires the `reader` role.
         */
        get: operations["list_albums"];
        put?: never;
        /**
         * Create an album
         * @description With `q`, creates a smart album, which contains the results of a search. Otherwise, creates an empty album. To add images, see `POST images/bulk`. Requires the `editor` role.
         */
        post: operations["create_album"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/albums/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an album
         * @description Requires the `reader` role.
         */
        get: operations["get_album"];
        /**
         * Replace an album
         * @description Requires the `editor` role.
         */
        put: operations["replace_album"];
        post?: never;
        /**
         * Delete an album
         * @description The images are kept. Schedules no longer add images to the album. Requires the `editor` role.
         */
        delete: operations["delete_album"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/albums/{id}/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move images within an album
         * @description Requires the `editor` role.
         */
        post: operations["move_in_album"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List changes in the audit log
         * @description Returns who approved, published, deleted, or restored images, or changed settings, API keys, or schedules, newest first. An entry is written before its change; if the change fails, another entry follows. Requires the `admin` role.
         */
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the audit log as CSV
         * @description Returns the newest 20,000 entries that match. The header `X-Truncated` is `true` if there are more. Requires the `admin` role.
         */
        get: operations["export_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List changes since the last request
         * @description Returns images, jobs, and schedules that changed since the given token. Without a token, returns the oldest open jobs. Requires the `reader` role.
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
         * Get configuration and current user
         * @description Returns the model profile, limits, state of the inference service, and name and role of the caller. Requires the `reader` role.
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
        /** Check the health of the app */
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
         * List or search images
         * @description Returns images, newest first unless `q` contains `sort:`. Requires the `reader` role.
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
         * Get an image
         * @description Requires the `reader` role.
         */
        get: operations["get_image"];
        put?: never;
        post?: never;
        /**
         * Delete an image
         * @description Moves the image to trash. With `permanent=true`, deletes it permanently. Requires the `editor` role.
         */
        delete: operations["delete_image"];
        options?: never;
        head?: never;
        /**
         * Update an image
         * @description Changes rating, tags, title, alt text, favorite, or approval. Requires the `editor` role.
         */
        patch: operations["update_image"];
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
         * Download an image file
         * @description Returns the PNG file for variant `clean`, and a redirect for other variants. Requires the `reader` role.
         */
        get: operations["download_image"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/{id}/regenerate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Generate a missing original again
         * @description Creates a job that generates the image again under the same ID, with its prompt, options, and seed. While a job for the image is open, returns that job. Rating, tags, favorite, and approval aren't changed. Requires the `editor` role.
         */
        post: operations["regenerate_image"];
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
         * Restore an image from trash
         * @description Requires the `editor` role.
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
         * Update images in bulk
         * @description With `ids`, the images are changed immediately. With `q`, a job changes all matching images. The job leaves out images that are changed after the request, and counts them as failed. Requires the `editor` role.
         */
        post: operations["bulk_update_images"];
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
         * Export images as a ZIP file
         * @description Creates a job. The ZIP file is available for one day. Requires the `editor` role.
         */
        post: operations["export_images"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/images/parameters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read parameters of an image file
         * @description Returns the generation parameters in a PNG, JPEG, or WebP file (at most 32 MiB) or in a text (`text/plain`): those of Auto-Image-Gen, A1111, ComfyUI, InvokeAI, SwarmUI, and Fooocus. The file isn't stored. Requires the `reader` role.
         */
        post: operations["read_parameters"];
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
         * Get statistics by schedule
         * @description Returns counts, durations, and costs by schedule, as of the last computation. Requires the `reader` role.
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
         * List jobs
         * @description Returns jobs, newest first. Requires the `reader` role.
         */
        get: operations["list_jobs"];
        put?: never;
        /**
         * Create a job
         * @description Writes a prompt for a theme, unless the request contains one, and generates images. Requires the `editor` role.
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
         * Get a job
         * @description Requires the `reader` role.
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
         * Cancel a job
         * @description Images that are already stored are kept. Requires the `editor` role.
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
         * Retry a job
         * @description Creates a new job with the same request. Requires the `editor` role.
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
         * Undo a bulk update
         * @description Creates a job that reverts a bulk update. Possible for one day. Requires the `editor` role.
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
         * Estimate a job's duration and cost
         * @description Requires the `reader` role.
         */
        post: operations["estimate_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description Returns the keys that administrators have created, and those in the setting `API_KEYS`. Requires the `admin` role.
         */
        get: operations["list_keys"];
        put?: never;
        /**
         * Create an API key
         * @description Returns the key, which can't be read again. Requires the `admin` role.
         */
        post: operations["create_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys/{id}": {
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
         * Revoke an API key
         * @description This instance of the app refuses the key at once, other instances within 30 seconds. Requires the `admin` role.
         */
        delete: operations["revoke_key"];
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
        /** Get the OpenAPI document */
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
         * List presets
         * @description Requires the `reader` role.
         */
        get: operations["list_presets"];
        put?: never;
        /**
         * Create a preset
         * @description Requires the `editor` role.
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
         * Get a preset
         * @description Requires the `reader` role.
         */
        get: operations["get_preset"];
        /**
         * Replace a preset
         * @description Requires the `editor` role.
         */
        put: operations["replace_preset"];
        post?: never;
        /**
         * Delete a preset
         * @description Requires the `editor` role.
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
         * List prompt history
         * @description Returns prompts that the current user has used, newest first. Requires the `reader` role.
         */
        get: operations["list_prompts"];
        put?: never;
        /**
         * Write a prompt
         * @description Writes a prompt for a theme without generating images. Requires the `editor` role.
         */
        post: operations["write_prompt"];
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
         * Delete a prompt from history
         * @description Requires the `editor` role.
         */
        delete: operations["delete_prompt"];
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
         * Check a prompt
         * @description Returns the length in tokens and the words that the model doesn't know. Requires the `reader` role.
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
         * List saved searches
         * @description Requires the `reader` role.
         */
        get: operations["list_saved_searches"];
        put?: never;
        /**
         * Create a saved search
         * @description Requires the `editor` role.
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
         * Get a saved search
         * @description Requires the `reader` role.
         */
        get: operations["get_saved_search"];
        /**
         * Replace a saved search
         * @description Requires the `editor` role.
         */
        put: operations["replace_saved_search"];
        post?: never;
        /**
         * Delete a saved search
         * @description Requires the `editor` role.
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
         * List schedules
         * @description Requires the `reader` role.
         */
        get: operations["list_schedules"];
        put?: never;
        /**
         * Create a schedule
         * @description Generates images of a theme at regular times. Requires the `editor` role.
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
         * Get a schedule
         * @description Requires the `reader` role.
         */
        get: operations["get_schedule"];
        /**
         * Replace a schedule
         * @description Requires the `editor` role.
         */
        put: operations["replace_schedule"];
        post?: never;
        /**
         * Delete a schedule
         * @description Cancels open jobs of the schedule. Its images are kept. Requires the `editor` role.
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
         * List webhook deliveries
         * @description Returns webhook deliveries of the schedule, newest first. Requires the `reader` role.
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
         * Resend a webhook delivery
         * @description Sends the event again with the same ID. Requires the `editor` role.
         */
        post: operations["retry_delivery"];
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
         * Pause a schedule
         * @description No runs start until the schedule is resumed. Requires the `editor` role.
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
         * List upcoming prompts
         * @description Requires the `reader` role.
         */
        get: operations["list_upcoming_prompts"];
        put?: never;
        /**
         * Write upcoming prompts
         * @description Writes prompts for the next runs without generating images. Requires the `editor` role.
         */
        post: operations["write_upcoming_prompts"];
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
         * Replace an upcoming prompt
         * @description Requires the `editor` role.
         */
        put: operations["replace_upcoming_prompt"];
        post?: never;
        /**
         * Delete an upcoming prompt
         * @description The run uses a new prompt instead. Requires the `editor` role.
         */
        delete: operations["delete_upcoming_prompt"];
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
         * Publish a schedule
         * @description Requires the `editor` role.
         */
        put: operations["publish_schedule"];
        post?: never;
        /**
         * Unpublish a schedule
         * @description Deletes all public files of the schedule. Requires the `editor` role.
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
         * Resume a schedule
         * @description Runs start again from now on. Missed runs aren't made up. Requires the `editor` role.
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
         * Run a schedule now
         * @description Requires the `editor` role.
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
         * List a schedule's runs
         * @description Returns jobs of the schedule, including skipped runs, newest first. Requires the `reader` role.
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
         * Create or update a webhook
         * @description Sends events when images are generated, a run fails, or the schedule pauses automatically. Requires the `editor` role.
         */
        put: operations["set_webhook"];
        post?: never;
        /**
         * Delete a webhook
         * @description Requires the `editor` role.
         */
        delete: operations["delete_webhook"];
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
         * Send a test event
         * @description Sends an event of type `test` without image data. Requires the `editor` role.
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
         * Preview a schedule
         * @description Returns a description of the timing, the next runs, and a forecast. Requires the `reader` role.
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
         * Get the library settings
         * @description Returns limits, time zone, pause state, and usage. Requires the `reader` role.
         */
        get: operations["get_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Update the library settings
         * @description Requires the `editor` role.
         */
        patch: operations["update_settings"];
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
         * List components
         * @description Returns the components in use and how to replace built-in ones. Requires the `reader` role.
         */
        get: operations["list_components"];
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
         * Test a component
         * @description Runs a short test of the component. Requires the `editor` role.
         */
        post: operations["test_component"];
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
        /** Get sign-in methods */
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
         * Get library totals
         * @description Returns the number of images and open jobs, and the usage of today and this month. Requires the `reader` role.
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
         * List tags
         * @description Requires the `reader` role.
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
         * List search terms by prefix
         * @description Requires the `reader` role.
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
         * Get image counts by day
         * @description Requires the `reader` role.
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
        /**
         * AlbumBody
         * @description An album to create.
         */
        AlbumBody: {
            /**
             * Cover
             * @description ID of the cover. `null` means the first image.
             * @default null
             */
            cover?: string | null;
            /**
             * Name
             * @description Name of the album, unique in the library.
             */
            name: string;
            /**
             * Note
             * @description Note about the album.
             * @default
             */
            note?: string;
            /**
             * Q
             * @description Search query of a smart album. `null` means an album made by hand. Can't be changed from or to `null`.
             * @default null
             */
            q?: string | null;
        };
        /**
         * AlbumList
         * @description All albums, sorted by name.
         */
        AlbumList: {
            /** Items */
            items: components["schemas"]["AlbumResponse"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /**
         * AlbumResponse
         * @description An album.
         */
        AlbumResponse: {
            /**
             * Cover
             * @default null
             */
            cover: string | null;
            /** @description The cover, or the first image. `null` if the album is empty, or if its search isn't valid. */
            cover_image: components["schemas"]["ImageResponse"] | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Created By Name
             * @default
             */
            created_by_name: string;
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
             * Note
             * @default
             */
            note: string;
            /**
             * Q
             * @default null
             */
            q: string | null;
            /**
             * Schema Version
             * @default 1
             */
            schema_version: number;
            /**
             * Total
             * @description Number of images. `null` if there are too many to count, or if the album's search isn't valid.
             */
            total: number | null;
            /**
             * Total Text
             * @description Lower bound as text, such as `1,000+`, if there are too many images to count. Otherwise `null`.
             */
            total_text: string | null;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /**
         * AlbumUpdate
         * @description An album that replaces the current version.
         */
        AlbumUpdate: {
            /**
             * Cover
             * @description ID of the cover. `null` means the first image.
             * @default null
             */
            cover?: string | null;
            /**
             * Etag
             * @description ETag of the version that this change is based on.
             */
            etag: string;
            /**
             * Name
             * @description Name of the album, unique in the library.
             */
            name: string;
            /**
             * Note
             * @description Note about the album.
             * @default
             */
            note?: string;
            /**
             * Q
             * @description Search query of a smart album. `null` means an album made by hand. Can't be changed from or to `null`.
             * @default null
             */
            q?: string | null;
        };
        /**
         * Amount
         * @description Number of images and cost in US dollars.
         */
        Amount: {
            /** Cost Usd */
            cost_usd: number;
            /** Images */
            images: number;
        };
        /**
         * Attempt
         * @description One attempt to deliver a webhook event.
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
         * AuditPage
         * @description One page of the audit log.
         */
        AuditPage: {
            /** Items */
            items: components["schemas"]["AuditResponse"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * AuditResponse
         * @description An entry of the audit log.
         */
        AuditResponse: {
            /**
             * Action
             * @example schedule.pause
             */
            action: string;
            /**
             * Actor
             * @description ID of the caller who made the change.
             */
            actor: string;
            /** Actor Name */
            actor_name: string;
            /**
             * After
             * @description Values that the request sets, without secrets.
             */
            after: {
                [key: string]: unknown;
            };
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Before
             * @description Values before the change, without secrets.
             */
            before: {
                [key: string]: unknown;
            };
            /**
             * Error
             * @description Code of the error if this entry is about a failed change, otherwise empty.
             */
            error: string;
            /**
             * Failed
             * @description ID of the earlier entry whose change failed. `null` if this entry is about a change.
             */
            failed: string | null;
            /** Id */
            id: string;
            /**
             * Target
             * @description ID of the changed image, job, schedule, or API key, `settings`, or `images`.
             */
            target: string;
            /** Target Name */
            target_name: string;
        };
        /**
         * BulkChange
         * @description A change to many images. Send either `ids` (applied immediately) or `q` (applied by a job).
         */
        BulkChange: {
            /**
             * Action
             * @description The change to apply. `trash` moves images to trash, `purge` deletes them permanently, and `regenerate` creates a job for each image whose original is missing.
             * @enum {string}
             */
            action: "favourite" | "unfavourite" | "rate" | "tag" | "untag" | "approve" | "unapprove" | "trash" | "restore" | "purge" | "regenerate" | "add_to_album" | "remove_from_album";
            /**
             * Album
             * @description ID of an album made by hand. Required for actions `add_to_album`, which adds images at its end, and `remove_from_album`.
             * @default null
             */
            album?: string | null;
            /**
             * Ids
             * @description IDs of the images.
             * @default null
             */
            ids?: string[] | null;
            /**
             * Q
             * @description Search query that selects the images.
             * @default null
             */
            q?: string | null;
            /**
             * Rating
             * @description The rating to set. Required for action `rate`.
             * @default null
             */
            rating?: number | null;
            /**
             * Tags
             * @description Tags to add or remove. Required for actions `tag` and `untag`.
             * @default null
             */
            tags?: string[] | null;
        };
        /**
         * BulkFailure
         * @description An image that couldn't be changed.
         */
        BulkFailure: {
            /**
             * Error
             * @description Error message.
             */
            error: string;
            /** Id */
            id: string;
        };
        /**
         * BulkResult
         * @description Result of a bulk update.
         */
        BulkResult: {
            /**
             * Done
             * @description IDs of the changed images.
             */
            done: string[];
            /**
             * Failed
             * @description Images that couldn't be changed.
             */
            failed: components["schemas"]["BulkFailure"][];
        };
        /**
         * ChangesResponse
         * @description What changed since the given token.
         */
        ChangesResponse: {
            /** Images */
            images: components["schemas"]["ImageResponse"][];
            /** Jobs */
            jobs: components["schemas"]["JobResponse"][];
            /**
             * Open Jobs
             * @description Number of jobs that have not ended.
             */
            open_jobs: number;
            /** Schedules */
            schedules: components["schemas"]["ScheduleResponse"][];
            /**
             * Token
             * @description Token to send as `since` in the next request.
             */
            token: string;
        };
        /**
         * CheckBody
         * @description A prompt to check.
         */
        CheckBody: {
            /**
             * Prompt
             * @description The prompt to check.
             */
            prompt: string;
        };
        /**
         * ComponentList
         * @description All components in use.
         */
        ComponentList: {
            /** Items */
            items: components["schemas"]["ComponentResponse"][];
            /**
             * Logs
             * @description Logs in the Azure portal. Empty outside Azure, and unless the caller's role is `admin`.
             * @default []
             */
            logs: components["schemas"]["LogLink"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /**
         * ComponentResponse
         * @description A component in use.
         */
        ComponentResponse: {
            /**
             * Advice
             * @description Suggested replacement. Empty if none is needed.
             */
            advice: string;
            /**
             * Check
             * @description Description of the test.
             */
            check: string;
            /**
             * Cost Usd
             * @description Estimated cost of the test in US dollars. `null` until measured.
             */
            cost_usd: number | null;
            /**
             * Detail
             * @description Model name or location of the component.
             */
            detail: string;
            /**
             * Id
             * @description Component: `prompts`, `painter` (the inference service), `pictures` (image storage), or `catalog` (the database).
             */
            id: string;
            /**
             * Lines
             * @description Lines to add to `.env`.
             */
            lines: string[];
            /**
             * Now
             * @description Identifier of the current implementation.
             * @example word-lists
             */
            now: string;
            /**
             * Sentence
             * @description Description of the component.
             */
            sentence: string;
            /**
             * Starter
             * @description Whether this is the built-in implementation.
             */
            starter: boolean;
        };
        /**
         * ComponentTestResponse
         * @description Result of the test of a component.
         */
        ComponentTestResponse: {
            /**
             * Cost Usd
             * @description Cost in US dollars.
             */
            cost_usd: number;
            /**
             * Message
             * @description Result as a sentence.
             */
            message: string;
            /**
             * Ok
             * @description Whether the component works.
             */
            ok: boolean;
            /**
             * Took Ms
             * @description Duration in milliseconds.
             */
            took_ms: number;
        };
        /**
         * ConfigResponse
         * @description Configuration of the app, and the current user.
         */
        ConfigResponse: {
            /**
             * Caller Id
             * @description ID of the current user: `key:NAME` or `jwt:ISSUER:SUBJECT`.
             */
            caller_id: string;
            limits: components["schemas"]["Limits"];
            /**
             * Models
             * @description Names of the available image models.
             */
            models: string[];
            /**
             * Name
             * @description Name of the current user.
             */
            name: string;
            painter: components["schemas"]["InferenceStatus"];
            /** @description Profile of the default image model. */
            profile: components["schemas"]["ModelProfile"];
            /**
             * Prompts By
             * @description Prompt writer. `offline` means word lists.
             * @enum {string}
             */
            prompts_by: "chatgpt" | "offline";
            /**
             * Role
             * @description Role of the current user.
             */
            role: string;
            /**
             * Timezone
             * @description IANA time zone of the library.
             */
            timezone: string;
            /**
             * Version
             * @description Version of the app.
             */
            version: string;
        };
        /**
         * Cron
         * @description Timing by a cron expression.
         */
        Cron: {
            /**
             * Cron
             * @description Cron expression with five fields. Ranges can wrap around, such as `22-2` and `fri-mon`.
             * @example 0 9 * * *
             */
            cron: string;
            /**
             * @description Type of the timing. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            kind: "cron";
            /**
             * Timezone
             * @description IANA time zone of the cron expression.
             * @example Europe/Berlin
             */
            timezone: string;
        };
        /**
         * CronTiming
         * @description A five-field cron expression, evaluated in an IANA time zone.
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
        /**
         * Day
         * @description Number of images on one day.
         */
        Day: {
            /** Count */
            count: number;
            /**
             * Day
             * @example 2026-11-23
             */
            day: string;
        };
        /**
         * DeliveryPage
         * @description One page of webhook deliveries.
         */
        DeliveryPage: {
            /** Items */
            items: components["schemas"]["DeliveryResponse"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * DeliveryResponse
         * @description A webhook delivery.
         */
        DeliveryResponse: {
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
             * Created By Name
             * @default
             */
            created_by_name: string;
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
             * @description Time of the next delivery attempt while the delivery is pending.
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
         * @description The body of every error response.
         */
        ErrorBody: {
            error: components["schemas"]["ErrorDetails"];
        };
        /**
         * ErrorDetails
         * @description An error with a machine-readable code and a human-readable message.
         */
        ErrorDetails: {
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
         * EstimateBody
         * @description A request to estimate.
         */
        EstimateBody: {
            /**
             * @description Image generation options.
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
             * @description Whether the request already contains a prompt, so that none has to be written.
             * @default false
             */
            prompt_given?: boolean;
        };
        /**
         * EstimateResponse
         * @description Estimated duration and cost of a job.
         */
        EstimateResponse: {
            /**
             * Cost Usd
             * @description Cost in US dollars. `null` until enough data has been measured.
             */
            cost_usd: number | null;
            /**
             * Day Left
             * @description Number of images that today's limit still allows.
             */
            day_left: number;
            /**
             * Jobs Ahead
             * @description Number of jobs ahead in the queue.
             */
            jobs_ahead: number;
            /**
             * Measured Pictures
             * @description Number of images from the last seven days that these estimates are based on.
             */
            measured_pictures: number;
            /**
             * Month Left
             * @description Number of images that this month's limit still allows.
             */
            month_left: number;
            /**
             * Painting S
             * @description Generation time in seconds. `null` until enough data has been measured.
             */
            painting_s: number | null;
            /**
             * Pictures
             * @description Number of images.
             */
            pictures: number;
            /**
             * Refusal
             * @description Why a limit doesn't allow this job now, open jobs included. Empty if it is allowed.
             */
            refusal: string;
            /**
             * Wake S
             * @description Typical startup time in seconds when the inference service is scaled to zero. `null` until enough data has been measured.
             */
            wake_s: number | null;
        };
        /**
         * Every
         * @description Timing by an interval.
         */
        Every: {
            /**
             * @description Type of the timing. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            kind: "every";
            /**
             * Minutes
             * @description Interval in minutes.
             */
            minutes: number;
            /**
             * Timezone
             * @description IANA time zone of excluded dates and extra runs, in which times are also shown.
             * @default UTC
             * @example Europe/Berlin
             */
            timezone?: string;
        };
        /**
         * ExportBody
         * @description Images to export as a ZIP file. Send either `ids` or `q`.
         */
        ExportBody: {
            /**
             * Ids
             * @description IDs of the images.
             * @default null
             */
            ids?: string[] | null;
            /**
             * Q
             * @description Search query that selects the images.
             * @default null
             */
            q?: string | null;
            /**
             * Variant
             * @description `clean` leaves out all metadata, prompts, and IDs.
             * @default original
             * @enum {string}
             */
            variant?: "original" | "clean";
        };
        /**
         * FailedAttempt
         * @description One attempt that failed, or whose worker stopped. It contains no key, no signed URL, and no prompt.
         */
        FailedAttempt: {
            /**
             * At
             * Format: date-time
             * @description Time when the attempt ended.
             */
            at: string;
            /**
             * Attempt
             * @description Number of the attempt. Attempts that made progress aren't listed.
             * @default 1
             */
            attempt: number;
            /**
             * Code
             * @description Error code.
             * @default
             */
            code: string;
            /**
             * Detail
             * @description Types, texts, and origins of the exceptions, at most 1000 characters, without keys, signed URLs, and prompts.
             * @default
             */
            detail: string;
            /**
             * Message
             * @description The error as a sentence.
             * @default
             */
            message: string;
            /**
             * Stage
             * @description Status of the job when the attempt ended, such as `painting`.
             * @default
             */
            stage: string;
        };
        /**
         * FileResponse
         * @description A file created by an export job.
         */
        FileResponse: {
            /**
             * Bytes
             * @description Size in bytes.
             */
            bytes: number;
            /** Filename */
            filename: string;
            /**
             * Kept Until
             * Format: date-time
             * @description Time when the file is deleted.
             */
            kept_until: string;
            /** Url */
            url: string;
            /**
             * Url Expires At
             * Format: date-time
             * @description Time when the URL expires.
             */
            url_expires_at: string;
        };
        /**
         * ForecastResponse
         * @description Forecast for the next 30 days.
         */
        ForecastResponse: {
            /**
             * Cost Usd
             * @description Cost in US dollars. `null` until enough data has been measured.
             */
            cost_usd: number | null;
            /**
             * Day Limit
             * @description Daily image limit of the library.
             */
            day_limit: number;
            /**
             * Fits
             * @description Whether all schedules together stay within the monthly limit.
             */
            fits: boolean;
            /**
             * Hosted Usd
             * @description Cost of the same images with a hosted model in US dollars. `null` if one of the two has no price.
             */
            hosted_usd: number | null;
            /**
             * Limit
             * @description Monthly image limit of the library.
             */
            limit: number;
            /**
             * Others
             * @description Images expected from other schedules that aren't paused.
             */
            others: number;
            /**
             * Painting S
             * @description Generation time in seconds. `null` until enough data has been measured.
             */
            painting_s: number | null;
            /**
             * Pictures
             * @description Number of images.
             */
            pictures: number;
            /**
             * Runs
             * @description Number of runs.
             */
            runs: number;
            /**
             * Skipped
             * @description Additional runs that would be skipped because of the schedule's own limits.
             */
            skipped: number;
            /**
             * Standby Usd
             * @description Cost in US dollars of starting the GPU and of its time without work. `null` until enough data has been measured.
             */
            standby_usd: number | null;
            /**
             * Starts
             * @description Number of times that the GPU is started. `null` until enough data has been measured.
             */
            starts: number | null;
        };
        /**
         * GenerationOptions
         * @description Image generation options. `null` means the model's default.
         */
        GenerationOptions: {
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
        /**
         * GivenPrompt
         * @description A prompt written or edited by a user.
         */
        GivenPrompt: {
            /**
             * Alt Text
             * @description Alternative text of the images.
             * @default
             */
            alt_text?: string;
            /**
             * Negative Prompt
             * @description What the image must not contain.
             * @default
             */
            negative_prompt?: string;
            /**
             * Prompt
             * @description Text of the prompt.
             */
            prompt: string;
            /**
             * Tags
             * @description Tags of the images.
             * @default []
             */
            tags?: string[];
            /**
             * Title
             * @description Title of the images.
             * @default
             */
            title?: string;
        };
        /**
         * Health
         * @description Health of the app.
         */
        Health: {
            /**
             * Status
             * @default ok
             * @constant
             */
            status: "ok";
            /**
             * Version
             * @description Version of the app.
             */
            version: string;
        };
        /**
         * ImageChange
         * @description Fields that are omitted or `null` aren't changed.
         */
        ImageChange: {
            /**
             * Alt Text
             * @description Alternative text of the image.
             * @default null
             */
            alt_text?: string | null;
            /**
             * Approved
             * @description Whether the image can be published.
             * @default null
             */
            approved?: boolean | null;
            /**
             * Etag
             * @description ETag of the version that this change is based on.
             */
            etag: string;
            /**
             * Favourite
             * @description Whether the image is marked as favorite.
             * @default null
             */
            favourite?: boolean | null;
            /**
             * Rating
             * @description Rating from 1 to 5; 0 removes the rating.
             * @default null
             */
            rating?: number | null;
            /**
             * Tags
             * @description Tags of the image. Replaces all current tags.
             * @default null
             */
            tags?: string[] | null;
            /**
             * Title
             * @description Title of the image.
             * @default null
             */
            title?: string | null;
        };
        /**
         * ImagePage
         * @description One page of images.
         */
        ImagePage: {
            /** Items */
            items: components["schemas"]["ImageResponse"][];
            /**
             * Matched
             * @description Search terms to highlight in results.
             * @default null
             */
            matched: string[] | null;
            /** Next Cursor */
            next_cursor: string | null;
            /**
             * Total
             * @description Total number of results. Only on the first page, and only if it is cheap to count.
             * @default null
             */
            total: number | null;
            /**
             * Total Text
             * @description Approximate total as text, such as `1,000+`. Only on the first page, if `total` is `null`.
             * @default null
             */
            total_text: string | null;
        };
        /**
         * ImageResponse
         * @description An image with URLs of its files.
         */
        ImageResponse: {
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
            /**
             * Created By Name
             * @default
             */
            created_by_name: string;
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
            /**
             * Original Missing At
             * @default null
             */
            original_missing_at: string | null;
            /** Original Url */
            original_url: string;
            /**
             * Places
             * @description Albums made by hand that contain the image.
             * @default []
             */
            places: components["schemas"]["Place"][];
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
             * @description Time when the URLs expire.
             */
            urls_expire_at: string;
            /** Width */
            width: number;
        };
        /**
         * InferenceStatus
         * @description State of the inference service.
         */
        InferenceStatus: {
            /**
             * Longest Start S
             * @description Longest usual startup time in seconds of a GPU that scales to zero, else `null`.
             * @default null
             */
            longest_start_s: number | null;
            /**
             * Status
             * @description `asleep` if the inference service has to start first.
             * @enum {string}
             */
            status: "ready" | "asleep";
        };
        /**
         * InsightsResponse
         * @description Statistics by schedule and by model.
         */
        InsightsResponse: {
            /**
             * As Of
             * @description Time when the statistics were computed. `null` before the first computation.
             */
            as_of: string | null;
            /** Models */
            models: components["schemas"]["ModelCount"][];
            /** Schedules */
            schedules: components["schemas"]["ScheduleInsights"][];
            /**
             * Since
             * @description First month included, as YYYY-MM.
             * @example 2026-09
             */
            since: string;
            /** Timezone */
            timezone: string;
        };
        /**
         * IntervalTiming
         * @description A fixed interval in minutes, counted from `starts_at`, or from 1970-01-01T00:00Z if `starts_at` isn't set.
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
        /**
         * JobBody
         * @description A request to generate images.
         */
        JobBody: {
            /**
             * Instructions
             * @description Additional instructions for the prompt.
             * @default
             */
            instructions?: string;
            /**
             * @description Image generation options.
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
             * @description A prompt to use as is. If omitted, a prompt is written from the theme.
             * @default null
             */
            prompt?: components["schemas"]["GivenPrompt"] | null;
            /**
             * Prompt Language
             * @description Language of prompts. `null` means the language of the image model. Word lists are in English.
             * @default null
             */
            prompt_language?: ("ar" | "bn" | "bg" | "ca" | "cs" | "da" | "de" | "el" | "en" | "es" | "et" | "fa" | "fi" | "fr" | "he" | "hi" | "hr" | "hu" | "id" | "it" | "ja" | "ko" | "lt" | "lv" | "ms" | "nb" | "nl" | "pl" | "pt" | "ro" | "ru" | "sk" | "sl" | "sr" | "sv" | "sw" | "ta" | "th" | "tr" | "uk" | "ur" | "vi" | "zh") | null;
            /**
             * Text Language
             * @description Language of titles and alt texts.
             * @default en
             * @enum {string}
             */
            text_language?: "ar" | "bn" | "bg" | "ca" | "cs" | "da" | "de" | "el" | "en" | "es" | "et" | "fa" | "fi" | "fr" | "he" | "hi" | "hr" | "hu" | "id" | "it" | "ja" | "ko" | "lt" | "lv" | "ms" | "nb" | "nl" | "pl" | "pt" | "ro" | "ru" | "sk" | "sl" | "sr" | "sv" | "sw" | "ta" | "th" | "tr" | "uk" | "ur" | "vi" | "zh";
            /**
             * Theme
             * @description Theme of the images.
             * @example animals in unexpected places
             */
            theme: string;
        };
        /**
         * JobImage
         * @description One image of the job. Its ID and seed are assigned before generation.
         */
        JobImage: {
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
        /**
         * JobPage
         * @description One page of jobs.
         */
        JobPage: {
            /** Items */
            items: components["schemas"]["JobResponse"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * JobResponse
         * @description A job with its progress.
         */
        JobResponse: {
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
             * Created By Name
             * @default
             */
            created_by_name: string;
            /**
             * Estimated Usd
             * @default 0
             */
            estimated_usd: number;
            /**
             * Etag
             * @default
             */
            etag: string;
            /**
             * Failed Attempts
             * @description The latest attempts that failed, oldest first.
             * @default []
             */
            failed_attempts: components["schemas"]["FailedAttempt"][];
            /**
             * Failures
             * @default 0
             */
            failures: number;
            /**
             * @description The exported file. Available for one day after the export.
             * @default null
             */
            file: components["schemas"]["FileResponse"] | null;
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
             * Interrupted
             * @description Whether the worker stopped unexpectedly. The job continues within a few minutes.
             * @default false
             */
            interrupted: boolean;
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
            options: components["schemas"]["GenerationOptions"] | null;
            /**
             * Percent
             * @description Progress of the whole job, in percent.
             */
            readonly percent: number;
            /**
             * Pictures
             * @default []
             */
            pictures: components["schemas"]["JobImage"][];
            /**
             * Position
             * @description Number of jobs ahead in the queue. `null` unless the job is queued.
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
            request: components["schemas"]["RequestResponse"] | null;
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
         * JsonObject
         * @description An arbitrary JSON object, such as the OpenAPI document.
         */
        JsonObject: {
            [key: string]: unknown;
        };
        /**
         * KeyBody
         * @description An API key to create.
         */
        KeyBody: {
            /**
             * Expires At
             * @description Time when the key expires. `null` for never.
             * @default null
             */
            expires_at?: string | null;
            /**
             * Name
             * @description Name of the key, unique regardless of case. It identifies the caller as `key:NAME`.
             */
            name: string;
            /**
             * Role
             * @description Role of the caller who uses the key.
             * @enum {string}
             */
            role: "reader" | "editor" | "admin";
        };
        /**
         * KeyList
         * @description All API keys.
         */
        KeyList: {
            /** Items */
            items: components["schemas"]["KeyResponse"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /**
         * KeyResponse
         * @description An API key, without the key itself.
         */
        KeyResponse: {
            /**
             * Created At
             * @default null
             */
            created_at: string | null;
            /**
             * Created By
             * @default null
             */
            created_by: string | null;
            /**
             * Created By Name
             * @default null
             */
            created_by_name: string | null;
            /**
             * Expires At
             * @description Time when the key expires. `null` for never.
             * @default null
             */
            expires_at: string | null;
            /**
             * Id
             * @description ID to revoke the key. `null` for a key in the setting `API_KEYS`.
             */
            id: string | null;
            /**
             * Last Four
             * @description Last four characters of the key.
             * @default null
             */
            last_four: string | null;
            /**
             * Last Used At
             * @description Time of a recent use, saved at most every five minutes. `null` if unknown.
             * @default null
             */
            last_used_at: string | null;
            /** Name */
            name: string;
            /**
             * Role
             * @enum {string}
             */
            role: "reader" | "editor" | "admin";
            /**
             * Source
             * @description `settings` for a key in the setting `API_KEYS`, which can only be revoked there.
             * @enum {string}
             */
            source: "library" | "settings";
        };
        /**
         * Limits
         * @description Limits of the library.
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
            /**
             * Usd Per Day
             * @default null
             */
            usd_per_day: number | null;
            /**
             * Usd Per Month
             * @default null
             */
            usd_per_month: number | null;
        };
        /**
         * LimitsChange
         * @description Limits to change. Omitted limits keep their values.
         */
        LimitsChange: {
            /**
             * Images Per Day
             * @description Maximum number of images per day (UTC).
             * @default null
             */
            images_per_day?: number | null;
            /**
             * Images Per Job
             * @description Maximum number of images per job.
             * @default null
             */
            images_per_job?: number | null;
            /**
             * Images Per Month
             * @description Maximum number of images per month (UTC).
             * @default null
             */
            images_per_month?: number | null;
            /**
             * Max Pixels
             * @description Maximum number of pixels per image.
             * @default null
             */
            max_pixels?: number | null;
            /**
             * Max Steps
             * @description Maximum number of steps per image.
             * @default null
             */
            max_steps?: number | null;
            /**
             * Trash Days
             * @description Days after which images in trash are deleted permanently.
             * @default null
             */
            trash_days?: number | null;
            /**
             * Usd Per Day
             * @description Maximum cost per day (UTC) in US dollars. 0 removes the limit.
             * @default null
             */
            usd_per_day?: number | null;
            /**
             * Usd Per Month
             * @description Maximum cost per month (UTC) in US dollars. 0 removes the limit.
             * @default null
             */
            usd_per_month?: number | null;
        };
        /**
         * LogLink
         * @description A link to a component's log in the Azure portal.
         */
        LogLink: {
            /**
             * Id
             * @description Component: `functions` (the function app) or `inference` (the inference service).
             */
            id: string;
            /**
             * Url
             * @description URL of a query for the latest lines of the log.
             */
            url: string;
        };
        /**
         * ModelCount
         * @description Number of images of one model.
         */
        ModelCount: {
            /** Model */
            model: string;
            /** Pictures */
            pictures: number;
        };
        /**
         * ModelProfile
         * @description Capabilities and defaults of an image model. Written prompts take them into account.
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
             * Language
             * @default en
             * @enum {string}
             */
            language: "ar" | "bn" | "bg" | "ca" | "cs" | "da" | "de" | "el" | "en" | "es" | "et" | "fa" | "fi" | "fr" | "he" | "hi" | "hr" | "hu" | "id" | "it" | "ja" | "ko" | "lt" | "lv" | "ms" | "nb" | "nl" | "pl" | "pt" | "ro" | "ru" | "sk" | "sl" | "sr" | "sv" | "sw" | "ta" | "th" | "tr" | "uk" | "ur" | "vi" | "zh";
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
             * @description Example subjects that the model generates well.
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
         * MoveBody
         * @description Images to move within an album made by hand.
         */
        MoveBody: {
            /**
             * Before
             * @description ID of the image that will follow. `null` moves to the end of the album.
             * @default null
             */
            before?: string | null;
            /**
             * Ids
             * @description IDs of the images, in their new order.
             */
            ids: string[];
        };
        /**
         * NewKeyResponse
         * @description A new API key.
         */
        NewKeyResponse: {
            /**
             * Created At
             * @default null
             */
            created_at: string | null;
            /**
             * Created By
             * @default null
             */
            created_by: string | null;
            /**
             * Created By Name
             * @default null
             */
            created_by_name: string | null;
            /**
             * Expires At
             * @description Time when the key expires. `null` for never.
             * @default null
             */
            expires_at: string | null;
            /**
             * Id
             * @description ID to revoke the key. `null` for a key in the setting `API_KEYS`.
             */
            id: string | null;
            /**
             * Key
             * @description The key. Only this response contains it; the app stores a hash.
             */
            key: string;
            /**
             * Last Four
             * @description Last four characters of the key.
             * @default null
             */
            last_four: string | null;
            /**
             * Last Used At
             * @description Time of a recent use, saved at most every five minutes. `null` if unknown.
             * @default null
             */
            last_used_at: string | null;
            /** Name */
            name: string;
            /**
             * Role
             * @enum {string}
             */
            role: "reader" | "editor" | "admin";
            /**
             * Source
             * @description `settings` for a key in the setting `API_KEYS`, which can only be revoked there.
             * @enum {string}
             */
            source: "library" | "settings";
        };
        /**
         * Options
         * @description Image generation options. Omitted options use the model's defaults.
         */
        Options: {
            /**
             * Count
             * @description Number of images.
             * @default 1
             */
            count?: number;
            /**
             * Guidance
             * @description Guidance scale.
             * @default null
             */
            guidance?: number | null;
            /**
             * Height
             * @description Image height in pixels, a multiple of 8.
             * @default null
             */
            height?: number | null;
            /**
             * Model
             * @description Name of the image model.
             * @default null
             */
            model?: string | null;
            /**
             * Negative Prompt
             * @description What the image must not contain.
             * @default null
             */
            negative_prompt?: string | null;
            /**
             * Sampler
             * @description Name of the sampler.
             * @default null
             */
            sampler?: string | null;
            /**
             * Seed
             * @description Seed of the first image. The following images use consecutive seeds.
             * @default null
             */
            seed?: number | null;
            /**
             * Steps
             * @description Number of denoising steps.
             * @default null
             */
            steps?: number | null;
            /**
             * Width
             * @description Image width in pixels, a multiple of 8.
             * @default null
             */
            width?: number | null;
        };
        /**
         * ParametersResponse
         * @description Generation parameters of an image, as far as its file or text contains them.
         */
        ParametersResponse: {
            /**
             * Alt Text
             * @description Alt text, for images of Auto-Image-Gen.
             * @default
             */
            alt_text: string;
            /**
             * Negative Prompt
             * @description Negative prompt, at most 1,000 characters.
             * @default
             */
            negative_prompt: string;
            /**
             * @description Options that the image model can use. The others are `null`.
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
            options: components["schemas"]["GenerationOptions"];
            /** @description Program that wrote the parameters. `null` if none were found. */
            program: components["schemas"]["Program"] | null;
            /**
             * Prompt
             * @description Prompt, at most 2,000 characters.
             * @default
             */
            prompt: string;
            /**
             * Tags
             * @description Tags, for images of Auto-Image-Gen.
             * @default []
             */
            tags: string[];
            /**
             * Theme
             * @description Theme, for images of Auto-Image-Gen.
             * @default
             */
            theme: string;
            /**
             * Title
             * @description Title, for images of Auto-Image-Gen.
             * @default
             */
            title: string;
            /**
             * Unused
             * @description Settings without a counterpart, and options that the image model can't use.
             * @default []
             */
            unused: components["schemas"]["UnusedSetting"][];
        };
        /**
         * PauseBody
         * @description A reason to pause.
         */
        PauseBody: {
            /**
             * Reason
             * @description Reason shown while the schedule is paused.
             * @default
             */
            reason?: string;
        };
        /**
         * Place
         * @description The place of an image in an album made by hand.
         */
        Place: {
            /** Album */
            album: string;
            /**
             * Position
             * @description Position in the album. Positions are compared as texts.
             */
            position: string;
        };
        /**
         * PresetBody
         * @description A preset to create.
         */
        PresetBody: {
            /**
             * Name
             * @description Name of the preset, unique for the user.
             */
            name: string;
            /**
             * @description Image generation options to store.
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
        /**
         * PresetList
         * @description All presets of the current user.
         */
        PresetList: {
            /** Items */
            items: components["schemas"]["PresetResponse"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /**
         * PresetResponse
         * @description A preset.
         */
        PresetResponse: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Created By Name
             * @default
             */
            created_by_name: string;
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
            options: components["schemas"]["GenerationOptions"];
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
         * PresetUpdate
         * @description A preset that replaces the current version.
         */
        PresetUpdate: {
            /**
             * Etag
             * @description ETag of the version that this change is based on.
             */
            etag: string;
            /**
             * Name
             * @description Name of the preset, unique for the user.
             */
            name: string;
            /**
             * @description Image generation options to store.
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
        /**
         * PreviewBody
         * @description A timing and options to preview.
         */
        PreviewBody: {
            /**
             * After
             * @description List runs after this time. Defaults to now.
             * @default null
             */
            after?: string | null;
            /**
             * Count
             * @description Number of upcoming runs to return.
             * @default 5
             */
            count?: number;
            /**
             * Ends At
             * @description Last time at which the schedule can run.
             * @default null
             */
            ends_at?: string | null;
            /**
             * Excluded Dates
             * @description Dates in the schedule's time zone on which the timing doesn't run. They are sorted.
             * @default []
             * @example [
             *       "2026-12-25"
             *     ]
             */
            excluded_dates?: string[];
            /**
             * Extra Runs
             * @description Additional runs: local times in the schedule's time zone without UTC offset, from `starts_at` to `ends_at`. They also run on excluded dates. They are sorted.
             * @default []
             * @example [
             *       "2026-12-24T18:00"
             *     ]
             */
            extra_runs?: string[];
            /**
             * Images Per Month
             * @description Monthly image limit of this schedule. `null` means that only the library's limits apply.
             * @default null
             */
            images_per_month?: number | null;
            /**
             * @description Options of one run, used for the forecast.
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
             * Random Delay Minutes
             * @description Maximum delay of a run in minutes. Each run starts up to this much later than its scheduled time, but before the next run. The delay of a run doesn't change.
             * @default 0
             */
            random_delay_minutes?: number;
            /**
             * Schedule Id
             * @description ID of the schedule being edited, so that the forecast doesn't count it twice and `runs` includes random delays.
             * @default null
             */
            schedule_id?: string | null;
            /**
             * Starts At
             * @description First time at which the schedule can run.
             * @default null
             */
            starts_at?: string | null;
            /**
             * Timing
             * @description When the schedule runs.
             */
            timing: components["schemas"]["Cron"] | components["schemas"]["Every"];
            /**
             * Usd Per Day
             * @description Daily cost limit (UTC) of this schedule in US dollars. `null` means that only the library's limits apply.
             * @default null
             */
            usd_per_day?: number | null;
            /**
             * Usd Per Month
             * @description Monthly cost limit of this schedule in US dollars. `null` means that only the library's limits apply.
             * @default null
             */
            usd_per_month?: number | null;
        };
        /**
         * PreviewResponse
         * @description The next runs of a timing, and a forecast.
         */
        PreviewResponse: {
            forecast: components["schemas"]["ForecastResponse"];
            /**
             * Runs
             * @description Times of the next runs. With a random delay, these are the times at which the runs of a saved schedule start, and the earliest times for a new one.
             */
            runs: string[];
            /**
             * Sentence
             * @description Description of the timing.
             */
            sentence: string;
            /** Timezone */
            timezone: string;
        };
        /**
         * Program
         * @description A program whose metadata is read.
         * @enum {string}
         */
        Program: "auto-image-gen" | "a1111" | "comfyui" | "invokeai" | "swarmui" | "fooocus";
        /**
         * Progress
         * @description Progress of the job.
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
             * @description Preview of the image being generated: a Base64-encoded WebP image of at most 8 KB.
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
        /**
         * PromptBody
         * @description A theme to write a prompt for.
         */
        PromptBody: {
            /**
             * Avoid
             * @description Prompts that the new prompt must differ from.
             * @default []
             */
            avoid?: string[];
            /**
             * Instructions
             * @description Additional instructions for the prompt.
             * @default
             */
            instructions?: string;
            /**
             * Prompt Language
             * @description Language of prompts. `null` means the language of the image model. Word lists are in English.
             * @default null
             */
            prompt_language?: ("ar" | "bn" | "bg" | "ca" | "cs" | "da" | "de" | "el" | "en" | "es" | "et" | "fa" | "fi" | "fr" | "he" | "hi" | "hr" | "hu" | "id" | "it" | "ja" | "ko" | "lt" | "lv" | "ms" | "nb" | "nl" | "pl" | "pt" | "ro" | "ru" | "sk" | "sl" | "sr" | "sv" | "sw" | "ta" | "th" | "tr" | "uk" | "ur" | "vi" | "zh") | null;
            /**
             * Schedule Id
             * @description ID of a schedule whose recent prompts must not be repeated.
             * @default null
             */
            schedule_id?: string | null;
            /**
             * Text Language
             * @description Language of titles and alt texts.
             * @default en
             * @enum {string}
             */
            text_language?: "ar" | "bn" | "bg" | "ca" | "cs" | "da" | "de" | "el" | "en" | "es" | "et" | "fa" | "fi" | "fr" | "he" | "hi" | "hr" | "hu" | "id" | "it" | "ja" | "ko" | "lt" | "lv" | "ms" | "nb" | "nl" | "pl" | "pt" | "ro" | "ru" | "sk" | "sl" | "sr" | "sv" | "sw" | "ta" | "th" | "tr" | "uk" | "ur" | "vi" | "zh";
            /**
             * Theme
             * @description Theme of the image.
             * @example animals in unexpected places
             */
            theme: string;
        };
        /**
         * PromptCheckResponse
         * @description How well the model understands a prompt.
         */
        PromptCheckResponse: {
            /**
             * Sentence
             * @description Unknown words and suggestions as one sentence. Empty if all words are known.
             */
            sentence: string;
            /**
             * Suggestions
             * @description Alternative subjects that the model knows, if the prompt has unknown words.
             */
            suggestions: string[];
            /**
             * Token Budget
             * @description Maximum number of tokens that the model reads.
             */
            token_budget: number;
            /**
             * Tokens
             * @description Prompt length in tokens of the model's text encoder. `null` if unknown.
             */
            tokens: number | null;
            /**
             * Unknown Words
             * @description Words that the model doesn't know.
             */
            unknown_words: string[];
        };
        /**
         * PromptPage
         * @description One page of the prompt history.
         */
        PromptPage: {
            /** Items */
            items: components["schemas"]["PromptRecordResponse"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * PromptRecordResponse
         * @description A prompt that the current user has used.
         */
        PromptRecordResponse: {
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
             * Created By Name
             * @default
             */
            created_by_name: string;
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
            options: components["schemas"]["GenerationOptions"];
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
         * PromptResponse
         * @description A written prompt and its check.
         */
        PromptResponse: {
            /** Alt Text */
            alt_text: string;
            /** Negative Prompt */
            negative_prompt: string;
            /** Prompt */
            prompt: string;
            /**
             * Sentence
             * @description Unknown words and suggestions as one sentence. Empty if all words are known.
             */
            sentence: string;
            source: components["schemas"]["PromptSource"];
            /**
             * Suggestions
             * @description Alternative subjects that the model knows, if the prompt has unknown words.
             */
            suggestions: string[];
            /** Tags */
            tags: string[];
            /** Title */
            title: string;
            /**
             * Token Budget
             * @description Maximum number of tokens that the model reads.
             */
            token_budget: number;
            /**
             * Tokens
             * @description Prompt length in tokens of the model's text encoder. `null` if unknown.
             */
            tokens: number | null;
            /**
             * Unknown Words
             * @description Words that the model doesn't know.
             */
            unknown_words: string[];
        };
        /**
         * PromptSource
         * @description Author of a prompt.
         * @enum {string}
         */
        PromptSource: "chatgpt" | "offline" | "user";
        /**
         * PublicationBody
         * @description Publication settings of a schedule.
         */
        PublicationBody: {
            /**
             * Etag
             * @description ETag of the schedule version that this change is based on.
             */
            etag: string;
            /**
             * Include Prompts
             * @description Whether to include prompts, the theme, and tags. Without them, files contain no metadata, and titles and alt texts that repeat prompt or theme are replaced by the schedule's name and the date.
             * @default false
             */
            include_prompts?: boolean;
            /**
             * Prompts
             * @deprecated
             * @description Deprecated: the earlier name of `include_prompts`. The next release removes it.
             * @default false
             */
            prompts?: boolean;
            /**
             * Publish
             * @description Images to publish: only approved images, or all images.
             * @default approved
             * @enum {string}
             */
            publish?: "approved" | "everything";
            /**
             * Slug
             * @description Name used in public URLs. Defaults to a name derived from the schedule name.
             * @default null
             */
            slug?: string | null;
        };
        /**
         * PublicationResponse
         * @description Publication settings and public URLs of a schedule.
         */
        PublicationResponse: {
            /**
             * Embed Html
             * @description HTML that shows the latest image on another page.
             */
            embed_html: string;
            /** Feed Json Url */
            feed_json_url: string;
            /** Feed Xml Url */
            feed_xml_url: string;
            /**
             * Frame Url
             * @description URL of a full-screen slideshow.
             */
            frame_url: string;
            /**
             * Include Prompts
             * @description Whether to include prompts and the theme.
             * @default false
             */
            include_prompts: boolean;
            /**
             * Latest Url
             * @description URL of `latest.json`, which describes the latest image.
             */
            latest_url: string;
            /**
             * Prompts
             * @deprecated
             * @description Deprecated: the earlier name of `include_prompts`. The next release removes it.
             */
            readonly prompts: boolean;
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
         * @description Why a job ended, is waiting, or was skipped.
         */
        Reason: {
            /** Code */
            code: string;
            /** Message */
            message: string;
        };
        /**
         * RequestResponse
         * @description The request of a generation job.
         */
        RequestResponse: {
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
            options: components["schemas"]["GenerationOptions"];
            /** @default null */
            prompt: components["schemas"]["WrittenPrompt"] | null;
            /**
             * Prompt Language
             * @default null
             */
            prompt_language: ("ar" | "bn" | "bg" | "ca" | "cs" | "da" | "de" | "el" | "en" | "es" | "et" | "fa" | "fi" | "fr" | "he" | "hi" | "hr" | "hu" | "id" | "it" | "ja" | "ko" | "lt" | "lv" | "ms" | "nb" | "nl" | "pl" | "pt" | "ro" | "ru" | "sk" | "sl" | "sr" | "sv" | "sw" | "ta" | "th" | "tr" | "uk" | "ur" | "vi" | "zh") | null;
            /**
             * Regenerates
             * @default null
             */
            regenerates: string | null;
            /**
             * Text Language
             * @default en
             * @enum {string}
             */
            text_language: "ar" | "bn" | "bg" | "ca" | "cs" | "da" | "de" | "el" | "en" | "es" | "et" | "fa" | "fi" | "fr" | "he" | "hi" | "hr" | "hu" | "id" | "it" | "ja" | "ko" | "lt" | "lv" | "ms" | "nb" | "nl" | "pl" | "pt" | "ro" | "ru" | "sk" | "sl" | "sr" | "sv" | "sw" | "ta" | "th" | "tr" | "uk" | "ur" | "vi" | "zh";
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
        /**
         * RunBody
         * @description Options of a run.
         */
        RunBody: {
            /**
             * Count
             * @description Number of images for this run. Defaults to the schedule's setting.
             * @default null
             */
            count?: number | null;
        };
        /**
         * SavedSearchResponse
         * @description A saved search.
         */
        SavedSearchResponse: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Created By Name
             * @default
             */
            created_by_name: string;
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
         * ScheduleBody
         * @description A schedule to create.
         */
        ScheduleBody: {
            /**
             * Albums
             * @description IDs of albums made by hand, to which the images are added.
             * @default []
             */
            albums?: string[];
            /**
             * Ends At
             * @description Last time at which the schedule can run. `null` means no end.
             * @default null
             */
            ends_at?: string | null;
            /**
             * Excluded Dates
             * @description Dates in the schedule's time zone on which the timing doesn't run. They are sorted.
             * @default []
             * @example [
             *       "2026-12-25"
             *     ]
             */
            excluded_dates?: string[];
            /**
             * Extra Runs
             * @description Additional runs: local times in the schedule's time zone without UTC offset, from `starts_at` to `ends_at`. They also run on excluded dates. They are sorted.
             * @default []
             * @example [
             *       "2026-12-24T18:00"
             *     ]
             */
            extra_runs?: string[];
            /**
             * Images Per Month
             * @description Monthly image limit of this schedule. `null` means that only the library's limits apply.
             * @default null
             */
            images_per_month?: number | null;
            /**
             * Instructions
             * @description Additional instructions for the prompts.
             * @default
             */
            instructions?: string;
            /**
             * Keep Days
             * @description Days after which images move to trash, except favorites and rated or approved images. `null` means never.
             * @default null
             */
            keep_days?: number | null;
            /**
             * Missed
             * @description What happens after downtime: `latest` makes up for all missed runs with one run, `skip` skips them.
             * @default latest
             * @enum {string}
             */
            missed?: "latest" | "skip";
            /**
             * Name
             * @description Name of the schedule.
             */
            name: string;
            /**
             * @description Image generation options of each run.
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
             * @description What happens if the previous run is still in progress: `skip` skips the new run, `allow` runs both.
             * @default skip
             * @enum {string}
             */
            overlap?: "skip" | "allow";
            /**
             * Pause After Failures
             * @description Number of consecutive failed runs after which the schedule pauses. `null` means never.
             * @default 5
             */
            pause_after_failures?: number | null;
            /**
             * Prompt Language
             * @description Language of prompts. `null` means the language of the image model. Word lists are in English.
             * @default null
             */
            prompt_language?: ("ar" | "bn" | "bg" | "ca" | "cs" | "da" | "de" | "el" | "en" | "es" | "et" | "fa" | "fi" | "fr" | "he" | "hi" | "hr" | "hu" | "id" | "it" | "ja" | "ko" | "lt" | "lv" | "ms" | "nb" | "nl" | "pl" | "pt" | "ro" | "ru" | "sk" | "sl" | "sr" | "sv" | "sw" | "ta" | "th" | "tr" | "uk" | "ur" | "vi" | "zh") | null;
            /**
             * Random Delay Minutes
             * @description Maximum delay of a run in minutes. Each run starts up to this much later than its scheduled time, but before the next run. The delay of a run doesn't change.
             * @default 0
             */
            random_delay_minutes?: number;
            /**
             * Repeats
             * @description What happens if the prompt writer only repeats earlier prompts: `mark` generates the images and marks the run as not new, `skip` skips the run.
             * @default mark
             * @enum {string}
             */
            repeats?: "mark" | "skip";
            /**
             * Starts At
             * @description First time at which the schedule can run. `null` means immediately.
             * @default null
             */
            starts_at?: string | null;
            /**
             * Text Language
             * @description Language of titles and alt texts.
             * @default en
             * @enum {string}
             */
            text_language?: "ar" | "bn" | "bg" | "ca" | "cs" | "da" | "de" | "el" | "en" | "es" | "et" | "fa" | "fi" | "fr" | "he" | "hi" | "hr" | "hu" | "id" | "it" | "ja" | "ko" | "lt" | "lv" | "ms" | "nb" | "nl" | "pl" | "pt" | "ro" | "ru" | "sk" | "sl" | "sr" | "sv" | "sw" | "ta" | "th" | "tr" | "uk" | "ur" | "vi" | "zh";
            /**
             * Theme
             * @description Theme of the images.
             * @example animals in unexpected places
             */
            theme: string;
            /**
             * Timing
             * @description When the schedule runs.
             */
            timing: components["schemas"]["Cron"] | components["schemas"]["Every"];
            /**
             * Usd Per Day
             * @description Daily cost limit (UTC) of this schedule in US dollars. `null` means that only the library's limits apply.
             * @default null
             */
            usd_per_day?: number | null;
            /**
             * Usd Per Month
             * @description Monthly cost limit of this schedule in US dollars. `null` means that only the library's limits apply.
             * @default null
             */
            usd_per_month?: number | null;
            /**
             * Wildcards
             * @description How the runs choose from alternatives such as `{red|blue|green}` in theme and instructions: in order, or at random without repeats until each combination was used.
             * @default order
             * @enum {string}
             */
            wildcards?: "order" | "random";
        };
        /**
         * ScheduleInsights
         * @description Statistics of one schedule, or of all images without a schedule.
         */
        ScheduleInsights: {
            /**
             * Approved
             * @description Approved images.
             */
            approved: number;
            /**
             * Cost Per Picture Usd
             * @description Cost per image in US dollars. `null` without images.
             */
            cost_per_picture_usd: number | null;
            /**
             * Cost Usd
             * @description Cost in US dollars.
             */
            cost_usd: number;
            /**
             * Days
             * @description Number of images by day, in the library's time zone. Days without images are omitted.
             */
            days: {
                [key: string]: number;
            };
            /**
             * Failed
             * @description Failed and blocked runs.
             */
            failed: number;
            /**
             * Favourites
             * @description Images marked as favorite.
             */
            favourites: number;
            /**
             * Kept
             * @description Images that aren't in trash.
             */
            kept: number;
            /**
             * Name
             * @description Name of the schedule. `null` for images without a schedule.
             */
            name: string | null;
            /**
             * Painted
             * @description Images generated.
             */
            painted: number;
            /**
             * Painting S
             * @description Average generation time per image, in seconds.
             */
            painting_s: number | null;
            /**
             * Removed
             * @description Images deleted permanently.
             */
            removed: number;
            /**
             * Runs
             * @description Completed runs, without skipped runs.
             */
            runs: number;
            /** Schedule Id */
            schedule_id: string | null;
            /**
             * Skipped
             * @description Skipped runs.
             */
            skipped: number;
            /**
             * Trashed
             * @description Images in trash.
             */
            trashed: number;
            /**
             * Waiting Median S
             * @description Median time from request to completion, less processing time, in seconds.
             */
            waiting_median_s: number | null;
            /**
             * Waiting P95 S
             * @description 95th percentile of the same time, in seconds.
             */
            waiting_p95_s: number | null;
            /**
             * Writing S
             * @description Average writing time per prompt, in seconds.
             */
            writing_s: number | null;
        };
        /**
         * ScheduleList
         * @description All schedules, sorted by name.
         */
        ScheduleList: {
            /** Items */
            items: components["schemas"]["ScheduleResponse"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /**
         * ScheduleResponse
         * @description A schedule.
         */
        ScheduleResponse: {
            /**
             * Albums
             * @default []
             */
            albums: string[];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Created By Name
             * @default
             */
            created_by_name: string;
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
            /**
             * Excluded Dates
             * @default []
             */
            excluded_dates: string[];
            /**
             * Extra Runs
             * @default []
             */
            extra_runs: string[];
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
            options: components["schemas"]["GenerationOptions"];
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
             * Prompt Language
             * @default null
             */
            prompt_language: ("ar" | "bn" | "bg" | "ca" | "cs" | "da" | "de" | "el" | "en" | "es" | "et" | "fa" | "fi" | "fr" | "he" | "hi" | "hr" | "hu" | "id" | "it" | "ja" | "ko" | "lt" | "lv" | "ms" | "nb" | "nl" | "pl" | "pt" | "ro" | "ru" | "sk" | "sl" | "sr" | "sv" | "sw" | "ta" | "th" | "tr" | "uk" | "ur" | "vi" | "zh") | null;
            /**
             * @description Publication settings. `null` if the schedule isn't published.
             * @default null
             */
            publication: components["schemas"]["PublicationResponse"] | null;
            /**
             * Random Delay Minutes
             * @default 0
             */
            random_delay_minutes: number;
            /**
             * Repeats
             * @default mark
             * @enum {string}
             */
            repeats: "mark" | "skip";
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
             * @description Description of the timing.
             */
            sentence: string;
            /**
             * Starts At
             * @default null
             */
            starts_at: string | null;
            /**
             * Text Language
             * @default en
             * @enum {string}
             */
            text_language: "ar" | "bn" | "bg" | "ca" | "cs" | "da" | "de" | "el" | "en" | "es" | "et" | "fa" | "fi" | "fr" | "he" | "hi" | "hr" | "hu" | "id" | "it" | "ja" | "ko" | "lt" | "lv" | "ms" | "nb" | "nl" | "pl" | "pt" | "ro" | "ru" | "sk" | "sl" | "sr" | "sv" | "sw" | "ta" | "th" | "tr" | "uk" | "ur" | "vi" | "zh";
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
             * Usd Per Day
             * @default null
             */
            usd_per_day: number | null;
            /**
             * Usd Per Month
             * @default null
             */
            usd_per_month: number | null;
            /**
             * @description Webhook of the schedule. `null` if none is set.
             * @default null
             */
            webhook: components["schemas"]["WebhookResponse"] | null;
            /**
             * Wildcards
             * @default order
             * @enum {string}
             */
            wildcards: "order" | "random";
        };
        /**
         * ScheduleUpdate
         * @description A schedule that replaces the current version.
         */
        ScheduleUpdate: {
            /**
             * Albums
             * @description IDs of albums made by hand, to which the images are added.
             * @default []
             */
            albums?: string[];
            /**
             * Ends At
             * @description Last time at which the schedule can run. `null` means no end.
             * @default null
             */
            ends_at?: string | null;
            /**
             * Etag
             * @description ETag of the version that this change is based on.
             */
            etag: string;
            /**
             * Excluded Dates
             * @description Dates in the schedule's time zone on which the timing doesn't run. They are sorted.
             * @default []
             * @example [
             *       "2026-12-25"
             *     ]
             */
            excluded_dates?: string[];
            /**
             * Extra Runs
             * @description Additional runs: local times in the schedule's time zone without UTC offset, from `starts_at` to `ends_at`. They also run on excluded dates. They are sorted.
             * @default []
             * @example [
             *       "2026-12-24T18:00"
             *     ]
             */
            extra_runs?: string[];
            /**
             * Images Per Month
             * @description Monthly image limit of this schedule. `null` means that only the library's limits apply.
             * @default null
             */
            images_per_month?: number | null;
            /**
             * Instructions
             * @description Additional instructions for the prompts.
             * @default
             */
            instructions?: string;
            /**
             * Keep Days
             * @description Days after which images move to trash, except favorites and rated or approved images. `null` means never.
             * @default null
             */
            keep_days?: number | null;
            /**
             * Missed
             * @description What happens after downtime: `latest` makes up for all missed runs with one run, `skip` skips them.
             * @default latest
             * @enum {string}
             */
            missed?: "latest" | "skip";
            /**
             * Name
             * @description Name of the schedule.
             */
            name: string;
            /**
             * @description Image generation options of each run.
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
             * @description What happens if the previous run is still in progress: `skip` skips the new run, `allow` runs both.
             * @default skip
             * @enum {string}
             */
            overlap?: "skip" | "allow";
            /**
             * Pause After Failures
             * @description Number of consecutive failed runs after which the schedule pauses. `null` means never.
             * @default 5
             */
            pause_after_failures?: number | null;
            /**
             * Prompt Language
             * @description Language of prompts. `null` means the language of the image model. Word lists are in English.
             * @default null
             */
            prompt_language?: ("ar" | "bn" | "bg" | "ca" | "cs" | "da" | "de" | "el" | "en" | "es" | "et" | "fa" | "fi" | "fr" | "he" | "hi" | "hr" | "hu" | "id" | "it" | "ja" | "ko" | "lt" | "lv" | "ms" | "nb" | "nl" | "pl" | "pt" | "ro" | "ru" | "sk" | "sl" | "sr" | "sv" | "sw" | "ta" | "th" | "tr" | "uk" | "ur" | "vi" | "zh") | null;
            /**
             * Random Delay Minutes
             * @description Maximum delay of a run in minutes. Each run starts up to this much later than its scheduled time, but before the next run. The delay of a run doesn't change.
             * @default 0
             */
            random_delay_minutes?: number;
            /**
             * Repeats
             * @description What happens if the prompt writer only repeats earlier prompts: `mark` generates the images and marks the run as not new, `skip` skips the run.
             * @default mark
             * @enum {string}
             */
            repeats?: "mark" | "skip";
            /**
             * Starts At
             * @description First time at which the schedule can run. `null` means immediately.
             * @default null
             */
            starts_at?: string | null;
            /**
             * Text Language
             * @description Language of titles and alt texts.
             * @default en
             * @enum {string}
             */
            text_language?: "ar" | "bn" | "bg" | "ca" | "cs" | "da" | "de" | "el" | "en" | "es" | "et" | "fa" | "fi" | "fr" | "he" | "hi" | "hr" | "hu" | "id" | "it" | "ja" | "ko" | "lt" | "lv" | "ms" | "nb" | "nl" | "pl" | "pt" | "ro" | "ru" | "sk" | "sl" | "sr" | "sv" | "sw" | "ta" | "th" | "tr" | "uk" | "ur" | "vi" | "zh";
            /**
             * Theme
             * @description Theme of the images.
             * @example animals in unexpected places
             */
            theme: string;
            /**
             * Timing
             * @description When the schedule runs.
             */
            timing: components["schemas"]["Cron"] | components["schemas"]["Every"];
            /**
             * Usd Per Day
             * @description Daily cost limit (UTC) of this schedule in US dollars. `null` means that only the library's limits apply.
             * @default null
             */
            usd_per_day?: number | null;
            /**
             * Usd Per Month
             * @description Monthly cost limit of this schedule in US dollars. `null` means that only the library's limits apply.
             * @default null
             */
            usd_per_month?: number | null;
            /**
             * Wildcards
             * @description How the runs choose from alternatives such as `{red|blue|green}` in theme and instructions: in order, or at random without repeats until each combination was used.
             * @default order
             * @enum {string}
             */
            wildcards?: "order" | "random";
        };
        /**
         * SearchBody
         * @description A saved search to create.
         */
        SearchBody: {
            /**
             * Name
             * @description Name of the search, unique for the user.
             */
            name: string;
            /**
             * Q
             * @description Search query to store.
             * @example fox -snow rating:>3
             */
            q: string;
        };
        /**
         * SearchList
         * @description All saved searches of the current user.
         */
        SearchList: {
            /** Items */
            items: components["schemas"]["SavedSearchResponse"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /**
         * SearchUpdate
         * @description A saved search that replaces the current version.
         */
        SearchUpdate: {
            /**
             * Etag
             * @description ETag of the version that this change is based on.
             */
            etag: string;
            /**
             * Name
             * @description Name of the search, unique for the user.
             */
            name: string;
            /**
             * Q
             * @description Search query to store.
             * @example fox -snow rating:>3
             */
            q: string;
        };
        /**
         * SettingsChange
         * @description Fields that are omitted or `null` aren't changed.
         */
        SettingsChange: {
            /**
             * Etag
             * @description ETag of the version that this change is based on.
             */
            etag: string;
            /**
             * @description Limits to change.
             * @default null
             */
            limits?: components["schemas"]["LimitsChange"] | null;
            /**
             * Lists
             * @description All named lists of alternatives, which themes contain as `__name__`. They replace the current ones. A list that a schedule uses can't be removed.
             * @default null
             * @example {
             *       "animals": [
             *         "fox",
             *         "owl"
             *       ]
             *     }
             */
            lists?: {
                [key: string]: string[];
            } | null;
            /**
             * Paused
             * @description Pause all schedules.
             * @default null
             */
            paused?: boolean | null;
            /**
             * Paused Reason
             * @description Reason shown while all schedules are paused.
             * @default null
             */
            paused_reason?: string | null;
            /**
             * Timezone
             * @description IANA time zone that determines which day an image belongs to.
             * @default null
             */
            timezone?: string | null;
        };
        /**
         * SettingsResponse
         * @description Settings and usage of the library.
         */
        SettingsResponse: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Created By Name
             * @default
             */
            created_by_name: string;
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
             *       "trash_days": 30,
             *       "usd_per_day": null,
             *       "usd_per_month": null
             *     }
             */
            limits: components["schemas"]["Limits"];
            /**
             * Lists
             * @default {}
             */
            lists: {
                [key: string]: string[];
            };
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
            usage: components["schemas"]["UsageResponse"];
        };
        /**
         * SignInResponse
         * @description Available sign-in methods.
         */
        SignInResponse: {
            /**
             * Audience
             * @description Audience of access tokens.
             * @default null
             */
            audience: string | null;
            /**
             * Client Id
             * @description Client ID of the dashboard.
             * @default null
             */
            client_id: string | null;
            /**
             * Issuer
             * @description Issuer of access tokens. `null` without method `entra`.
             * @default null
             */
            issuer: string | null;
            /**
             * Methods
             * @description `key` for API keys, `entra` for access tokens.
             */
            methods: ("key" | "entra")[];
        };
        /**
         * StatsResponse
         * @description Totals of the library, and usage.
         */
        StatsResponse: {
            /**
             * Jobs Open
             * @description Number of jobs that haven't ended.
             */
            jobs_open: number;
            /**
             * Missing
             * @description Number of images that aren't in trash and whose original is missing.
             */
            missing: number;
            /** @description Usage of the current UTC month. */
            month: components["schemas"]["Amount"];
            /**
             * Pictures
             * @description Number of images that aren't in trash.
             */
            pictures: number;
            /** @description Usage of the current UTC day. */
            today: components["schemas"]["Amount"];
            /**
             * Trash
             * @description Number of images in trash.
             */
            trash: number;
            /**
             * Unreadable
             * @description Number of documents that lists left out because they can't be read, on this instance since it started. `GET setup` names them.
             */
            unreadable: number;
        };
        /**
         * Status
         * @description Status of a job.
         * @enum {string}
         */
        Status: "queued" | "writing" | "painting" | "storing" | "running" | "succeeded" | "failed" | "blocked" | "cancelled" | "skipped";
        /**
         * TagCount
         * @description A tag and its number of images.
         */
        TagCount: {
            /** Count */
            count: number;
            /** Tag */
            tag: string;
        };
        /**
         * TagList
         * @description All tags, most frequent first.
         */
        TagList: {
            /** Items */
            items: components["schemas"]["TagCount"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /**
         * TermCount
         * @description A search term and its number of images.
         */
        TermCount: {
            /** Count */
            count: number;
            /** Term */
            term: string;
        };
        /**
         * TermList
         * @description Search terms, most frequent first.
         */
        TermList: {
            /** Items */
            items: components["schemas"]["TermCount"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /**
         * TimelineResponse
         * @description Number of images by day, in the library's time zone.
         */
        TimelineResponse: {
            /** Days */
            days: components["schemas"]["Day"][];
            /** Timezone */
            timezone: string;
            /** Total */
            total: number;
        };
        /**
         * Timings
         * @description Time in milliseconds spent in each stage of the job.
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
        /**
         * UnusedSetting
         * @description A setting without a counterpart, or with a value that isn't valid here.
         */
        UnusedSetting: {
            /**
             * Name
             * @description Name of the setting in the program.
             */
            name: string;
            /**
             * Value
             * @description Value of the setting in the program.
             */
            value: string;
        };
        /**
         * UpcomingBody
         * @description A prompt that replaces an upcoming prompt.
         */
        UpcomingBody: {
            /**
             * Alt Text
             * @description Alternative text of the images.
             * @default
             */
            alt_text?: string;
            /**
             * Etag
             * @description ETag of the version that this change is based on.
             */
            etag: string;
            /**
             * Negative Prompt
             * @description What the image must not contain.
             * @default
             */
            negative_prompt?: string;
            /**
             * Prompt
             * @description Text of the prompt.
             */
            prompt: string;
            /**
             * Tags
             * @description Tags of the images.
             * @default []
             */
            tags?: string[];
            /**
             * Title
             * @description Title of the images.
             * @default
             */
            title?: string;
        };
        /**
         * UpcomingList
         * @description The upcoming prompts of a schedule, in the order of their runs.
         */
        UpcomingList: {
            /** Items */
            items: components["schemas"]["UpcomingPromptResponse"][];
            /**
             * Next Cursor
             * @default null
             */
            next_cursor: null;
        };
        /**
         * UpcomingPromptResponse
         * @description An upcoming prompt of a schedule.
         */
        UpcomingPromptResponse: {
            /** Alt Text */
            alt_text: string;
            /**
             * Edited
             * @description Whether a user has edited the prompt.
             */
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
             * @description Unknown words and suggestions as one sentence. Empty if all words are known.
             */
            sentence: string;
            /**
             * Slot
             * @description Scheduled time of the run that will use this prompt.
             */
            slot: string | null;
            source: components["schemas"]["PromptSource"];
            /**
             * Suggestions
             * @description Alternative subjects that the model knows, if the prompt has unknown words.
             */
            suggestions: string[];
            /** Tags */
            tags: string[];
            /** Title */
            title: string;
            /**
             * Token Budget
             * @description Maximum number of tokens that the model reads.
             */
            token_budget: number;
            /**
             * Tokens
             * @description Prompt length in tokens of the model's text encoder. `null` if unknown.
             */
            tokens: number | null;
            /**
             * Unknown Words
             * @description Words that the model doesn't know.
             */
            unknown_words: string[];
        };
        /**
         * UsageResponse
         * @description Usage of the current day and month (UTC).
         */
        UsageResponse: {
            month: components["schemas"]["Amount"];
            today: components["schemas"]["Amount"];
        };
        /**
         * WebhookBody
         * @description Webhook settings of a schedule.
         */
        WebhookBody: {
            /**
             * Etag
             * @description ETag of the schedule version that this change is based on.
             */
            etag: string;
            /**
             * Events
             * @description Events to send.
             * @default [
             *       "pictures.painted",
             *       "run.failed",
             *       "schedule.paused"
             *     ]
             */
            events?: ("pictures.painted" | "run.failed" | "schedule.paused")[];
            /**
             * Include Prompts
             * @description Whether to include prompts, the theme, and tags. Without them, files contain no metadata, and titles and alt texts that repeat prompt or theme are replaced by the schedule's name and the date.
             * @default false
             */
            include_prompts?: boolean;
            /**
             * New Secret
             * @description Generate a new signing secret and invalidate the current one.
             * @default false
             */
            new_secret?: boolean;
            /**
             * Prompts
             * @deprecated
             * @description Deprecated: the earlier name of `include_prompts`. The next release removes it.
             * @default false
             */
            prompts?: boolean;
            /**
             * Url
             * @description Public HTTPS URL that receives events. Defaults to the current URL.
             * @default null
             */
            url?: string | null;
        };
        /**
         * WebhookResponse
         * @description Webhook of a schedule, without its URL and secret.
         */
        WebhookResponse: {
            /**
             * Disabled
             * @description Reason why the webhook is disabled. Empty if it is enabled.
             */
            disabled: string;
            /** Events */
            events: ("pictures.painted" | "run.failed" | "schedule.paused")[];
            /**
             * Host
             * @description Host of the webhook URL. The full URL is never returned because it may contain a secret.
             */
            host: string;
            /**
             * Include Prompts
             * @description Whether events include prompts, the theme, and tags.
             */
            include_prompts: boolean;
            /**
             * Prompts
             * @deprecated
             * @description Deprecated: the earlier name of `include_prompts`. The next release removes it.
             */
            prompts: boolean;
            /**
             * Since
             * Format: date-time
             * @description Time since when events are sent.
             */
            since: string;
        };
        /**
         * WebhookSetResponse
         * @description A webhook after it was set.
         */
        WebhookSetResponse: {
            /**
             * Disabled
             * @description Reason why the webhook is disabled. Empty if it is enabled.
             */
            disabled: string;
            /** Events */
            events: ("pictures.painted" | "run.failed" | "schedule.paused")[];
            /**
             * Host
             * @description Host of the webhook URL. The full URL is never returned because it may contain a secret.
             */
            host: string;
            /**
             * Include Prompts
             * @description Whether events include prompts, the theme, and tags.
             */
            include_prompts: boolean;
            /**
             * Prompts
             * @deprecated
             * @description Deprecated: the earlier name of `include_prompts`. The next release removes it.
             */
            prompts: boolean;
            /**
             * Secret
             * @description Signing secret (Standard Webhooks). Returned only when it is created.
             */
            secret: string | null;
            /**
             * Since
             * Format: date-time
             * @description Time since when events are sent.
             */
            since: string;
        };
        /**
         * WriteAheadBody
         * @description A request to write upcoming prompts.
         */
        WriteAheadBody: {
            /**
             * Count
             * @description Number of upcoming runs to write prompts for.
             * @default 3
             */
            count?: number;
        };
        /**
         * WrittenPrompt
         * @description A prompt with title, alt text, and tags.
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
             * Left Out
             * @default []
             */
            left_out: string[];
            /**
             * Negative Prompt
             * @default
             */
            negative_prompt: string;
            /**
             * Not New
             * @default false
             */
            not_new: boolean;
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
    list_albums: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlbumList"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    create_album: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlbumBody"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlbumResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    get_album: {
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlbumResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    replace_album: {
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
                "application/json": components["schemas"]["AlbumUpdate"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlbumResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    delete_album: {
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
            /** @description Success. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. `error.code` identifies it. */
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
    move_in_album: {
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
                "application/json": components["schemas"]["MoveBody"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResult"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    list_audit: {
        parameters: {
            query?: {
                /** @description Action such as `schedule.pause`, or its first part, such as `schedule`. */
                action?: string;
                /** @description ID or name of the caller who made the change. */
                actor?: string;
                /** @description Cursor from `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Maximum number of entries per page. */
                limit?: number;
                /** @description Only entries from this time on. */
                since?: string;
                /** @description ID of the changed image, job, schedule, or API key, or `settings`. */
                target?: string;
                /** @description Only entries before this time. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    export_audit: {
        parameters: {
            query?: {
                /** @description Action such as `schedule.pause`, or its first part, such as `schedule`. */
                action?: string;
                /** @description ID or name of the caller who made the change. */
                actor?: string;
                /** @description Only entries from this time on. */
                since?: string;
                /** @description ID of the changed image, job, schedule, or API key, or `settings`. */
                target?: string;
                /** @description Only entries before this time. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The CSV file (UTF-8). */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": unknown;
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    get_changes: {
        parameters: {
            query?: {
                /** @description Token from the previous response. Omit it in the first request. */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangesResponse"];
                };
            };
            /** @description No changes since the given token. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfigResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
                /** @description Return only images newer than this image ID, oldest first. */
                after?: string;
                /** @description Return only images older than this image ID. */
                before?: string;
                /** @description Cursor from `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Return only images of this day, in the library's time zone. */
                day?: string;
                /** @description Comma-separated image IDs. Returns only these images, including those in trash. Permanently deleted images are omitted. */
                ids?: string[];
                /** @description Maximum number of images per page. */
                limit?: number;
                /** @description Search query, for example `fox -snow tag:night`. `docs/api.md` describes the syntax. */
                q?: string;
                /** @description `out` leaves out images in trash, `only` returns only images in trash. */
                trash?: "out" | "only";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImagePage"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
                /** @description Delete the image permanently instead of moving it to trash. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageResponse"];
                };
            };
            /** @description The image was permanently deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. `error.code` identifies it. */
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
    update_image: {
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    download_image: {
        parameters: {
            query?: {
                /** @description `clean` leaves out all metadata, prompts, and IDs. */
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
            /** @description The PNG file (variant `clean`). */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": unknown;
                };
            };
            /** @description Redirect to the file (variants `original` and `thumbnail`). */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. `error.code` identifies it. */
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
    regenerate_image: {
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
            /** @description The job was created. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    bulk_update_images: {
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResult"];
                };
            };
            /** @description The job was created. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description The job was created. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    read_parameters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/jpeg": string;
                "image/png": string;
                "image/webp": string;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ParametersResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
                /** @description Number of months, including the current month. */
                months?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InsightsResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
                /** @description Cursor from `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Comma-separated job kinds. */
                kind?: ("generation" | "bulk" | "undo" | "export" | "publish" | "webhook" | "rewrite-days")[];
                /** @description Maximum number of jobs per page. */
                limit?: number;
                /** @description Return only jobs of this schedule. */
                schedule_id?: string;
                /** @description Comma-separated job statuses. */
                status?: ("queued" | "writing" | "painting" | "storing" | "running" | "succeeded" | "failed" | "blocked" | "cancelled" | "skipped")[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPage"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
                /** @description Unique key of the request. Repeating a request with the same key and body returns the original job. */
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
            /** @description The job was created. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description The job was created. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description The job was created. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EstimateResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    list_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    create_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyBody"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKeyResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    revoke_key: {
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
            /** @description Success. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JsonObject"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetList"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    replace_preset: {
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. `error.code` identifies it. */
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
                /** @description Cursor from `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Maximum number of prompts per page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptPage"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    write_prompt: {
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    delete_prompt: {
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
            /** @description Success. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromptCheckResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchList"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedSearchResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedSearchResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    replace_saved_search: {
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedSearchResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleList"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    replace_schedule: {
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. `error.code` identifies it. */
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
                /** @description Cursor from `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Maximum number of deliveries per page. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    retry_delivery: {
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
            /** @description The job was created. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    list_upcoming_prompts: {
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpcomingList"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    write_upcoming_prompts: {
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpcomingList"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    replace_upcoming_prompt: {
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UpcomingList"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    delete_upcoming_prompt: {
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
            /** @description Success. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
                /** @description Unique key of the request. Repeating a request with the same key and body returns the original job. */
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
            /** @description The job was created. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
                /** @description Cursor from `next_cursor` of the previous page. */
                cursor?: string;
                /** @description Maximum number of runs per page. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPage"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSetResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    delete_webhook: {
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
            /** @description Success. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description The job was created. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    update_settings: {
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    list_components: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComponentList"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
    test_component: {
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComponentTestResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatsResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagList"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
                /** @description Maximum number of terms. */
                limit?: number;
                /** @description First characters of the term. */
                prefix: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TermList"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimelineResponse"];
                };
            };
            /** @description An error. `error.code` identifies it. */
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
