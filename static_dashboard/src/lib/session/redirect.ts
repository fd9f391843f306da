import { broadcastResponseToMainFrame } from '@azure/msal-browser/redirect-bridge';

// Microsoft Entra ID leads back here; the page that asked takes the answer from the browser's store.
broadcastResponseToMainFrame().catch(() => location.replace('./'));
