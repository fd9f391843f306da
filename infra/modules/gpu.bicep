// The container app of the inference service. It scales to zero and starts only when a message is queued.
import { provisioned as provisionedState, tags as tagSet } from 'types.bicep'

@export()
@description('Hardware and limits of the inference service.')
type inference = {
  @description('Hardware of each replica: a CPU, one T4, or one A100.')
  profile: 'none' | 'T4' | 'A100'

  @description('Maximum number of replicas; a GPU replica is billed per second while it runs.')
  @minValue(1)
  @maxValue(10)
  maxReplicas: int

  @description('Seconds without messages until the last replica is stopped.')
  @minValue(30)
  @maxValue(3600)
  cooldownSeconds: int
}

@minLength(2)
@maxLength(32)
@description('Name of the container app.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('Hardware and limits.')
param sizing inference

@description('Id of the container environment.')
param environment string

@description('Name of the inference service’s identity.')
param identityName string

@description('Login server of the registry.')
param registryServer string

@description('URI of the key vault, with a trailing slash.')
param vaultUri string

@description('Name of the storage account with the queue.')
param storageAccount string

@description('The current container image; empty on the first provisioning.')
param runningImage string

@description('What earlier provisioning created.')
param provisioned provisionedState

var hardware = {
  none: { profile: 'Consumption', cpu: '2.0', memory: '4Gi' }
  T4: { profile: 'gpu-t4', cpu: '8.0', memory: '56Gi' }
  A100: { profile: 'gpu-a100', cpu: '24.0', memory: '220Gi' }
}
var port = 8000
var secretNames = concat(provisioned.keys ? ['inference-key'] : [], provisioned.huggingFaceToken ? ['hf-token'] : [])
var variables = concat(
  [
    // Without a usable GPU, the service reports a failure; it must not generate on a CPU at the price of a GPU.
    { name: 'DEVICE', value: sizing.profile == 'none' ? 'cpu' : 'cuda' }
    // Compiled models would be lost with each replica: SMB volumes require account keys, which are disabled.
    { name: 'COMPILE', value: 'off' }
  ],
  provisioned.keys ? [{ name: 'INFERENCE_KEY', secretRef: 'inference-key' }] : [],
  provisioned.huggingFaceToken ? [{ name: 'HF_TOKEN', secretRef: 'hf-token' }] : []
)
// The process responds while the model loads; the function app checks /readyz for the loading state.
var health = { path: '/healthz', port: port }

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource app 'Microsoft.App/containerApps@2026-01-01' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    environmentId: environment
    workloadProfileName: hardware[sizing.profile].profile
    configuration: {
      activeRevisionsMode: 'Single'
      // The platform uses the identity to pull, scale, and read secrets; the container's code gets no token.
      identitySettings: [{ identity: identity.id, lifecycle: 'None' }]
      ingress: { external: true, targetPort: port, transport: 'http', allowInsecure: false }
      registries: [{ server: registryServer, identity: identity.id }]
      secrets: [
        for secret in secretNames: { name: secret, keyVaultUrl: '${vaultUri}secrets/${secret}', identity: identity.id }
      ]
    }
    template: {
      terminationGracePeriodSeconds: 60
      containers: [
        {
          name: 'inference'
          image: provisioned.app ? runningImage : 'mcr.microsoft.com/k8se/quickstart:latest'
          resources: { cpu: json(hardware[sizing.profile].cpu), memory: hardware[sizing.profile].memory }
          env: variables
          // The placeholder doesn't listen on this port.
          probes: !provisioned.image
            ? []
            : [
                { type: 'Startup', httpGet: health, periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 10 }
                { type: 'Liveness', httpGet: health, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 4 }
                { type: 'Readiness', httpGet: health, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 }
              ]
        }
      ]
      scale: {
        minReplicas: 0
        maxReplicas: sizing.maxReplicas
        cooldownPeriod: sizing.cooldownSeconds
        pollingInterval: 30
        // There is no HTTP rule, so requests from the internet can't start a GPU.
        rules: [
          {
            name: 'jobs'
            custom: {
              type: 'azure-queue'
              identity: identity.id
              metadata: { accountName: storageAccount, queueName: 'generation-jobs', queueLength: '8' }
            }
          }
        ]
      }
    }
  }
}

output url string = 'https://${app.properties.configuration.ingress!.fqdn}'
output id string = app.id
