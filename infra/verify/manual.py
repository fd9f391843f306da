"""Assumptions that only a person can check, for docs/unverified.md."""

from __future__ import annotations

from typing import NamedTuple


class Manual(NamedTuple):
    id: str
    assumption: str
    how: str


MANUAL = (
    Manual(
        "prices",
        "names and prices of the GPU meters: T4 $0.26, A100 $1.90 per hour, in addition to vCPU and memory",
        "`curl -s \"https://prices.azure.com/api/retail/prices?\\$filter=serviceName eq 'Azure Container Apps' and "
        "armRegionName eq '$AZURE_LOCATION'\" | jq -r '.Items[] | [.meterName, .retailPrice, .unitOfMeasure] | @tsv'`",
    ),
    Manual(
        "api-versions",
        "Azure accepts every API version and property that Bicep's types allow",
        "`azd provision --preview`",
    ),
    Manual(
        "azd-bicep",
        "the Bicep CLIs of azd 1.25.1 and later (0.43.8 and later) compile the templates",
        "the *CI* workflow's jobs *Templates*, or `az bicep install --version v0.43.8 && az bicep build --file "
        "infra/main.bicep --stdout`",
    ),
    Manual(
        "build-arguments",
        "the build receives the hook's build arguments",
        '`curl -s -H "Authorization: Bearer $(az keyvault secret show --vault-name "$VAULT_NAME" --name inference-key '
        '--query value -o tsv)" "$INFERENCE_URL/v1/models"` while the service is running names the model',
    ),
    Manual(
        "released-image",
        "the registry can import a released image, and only builds the layer with the weights",
        "with `AZURE_INFERENCE_IMAGE` set: `azd deploy` succeeds, and `az acr task logs --registry "
        '"${AZURE_CONTAINER_REGISTRY_ENDPOINT%%.*}"` shows that no packages are installed',
    ),
    Manual(
        "hugging-face-token",
        "the image build receives the Hugging Face token, a secret build argument, and its record and logs don't",
        'with `HF_TOKEN` set: `az acr task logs --registry "${AZURE_CONTAINER_REGISTRY_ENDPOINT%%.*}" | grep -c hf_` '
        "prints 0, and the build succeeded",
    ),
    Manual(
        "alerts",
        "the alerts fire",
        "stop the app for 30 minutes (`no-heartbeat`); submit a job with a wrong model (`jobs-failed`); remove the "
        "scaler's role (`scaler-failed`): "
        '`az monitor scheduled-query list --resource-group "$AZURE_RESOURCE_GROUP"`, and an email arrives',
    ),
    Manual(
        "replica-metric",
        "`Replicas` has one sample per minute, and none at zero",
        "`az monitor metrics list --resource INFERENCE_APP_ID --metric Replicas --aggregation Total --interval PT1M`",
    ),
    Manual(
        "throttled-metric",
        "rejected requests are counted as `AzureOpenAIRequests` with `StatusCode` 429",
        "`az monitor metrics list-definitions --resource OPENAI_ID`",
    ),
    Manual(
        "entra-tokens",
        "Microsoft Entra ID's tokens for the registration carry `roles`, version 2, and the client ID as audience, and "
        "users aren't asked for consent",
        "sign in to the dashboard as a user who isn't an administrator; `GET /api/config` returns your name",
    ),
    Manual(
        "powershell",
        "the PowerShell hooks run",
        "`azd up` on Windows: they start the same Python modules as the shell scripts",
    ),
    Manual(
        "headers",
        "Azure Front Door and Static Web Apps send the headers in deploy.md",
        "`curl -sI https://images.example.com/ | grep -iE 'strict-transport|frame-ancestors|nosniff'` prints three "
        "headers",
    ),
)
