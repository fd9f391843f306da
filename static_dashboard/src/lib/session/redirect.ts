import { broadcastResponseToMainFrame } from '@azure/msal-browser/redirect-bridge';

// Microsoft Entra ID redirects here; the page that started the sign-in reads the response from browser storage.
broadcastResponseToMainFrame().catch(() => location.replace('./'));
