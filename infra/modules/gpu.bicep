// The painter: asleep until a message waits in the queue, and nothing else wakes it.
import { found, tags as tagSet } from 'types.bicep'

@export()
@description('Who asks for the GPU, and how much of it there may be.')
type painter = {
  @description('The hardware: a CPU, one T4 or one A100 for each replica.')
  profile: 'none' | 'T4' | 'A100'

  @description('Most replicas at once; each GPU replica is billed by the second while it lives.')
  @minValue(1)
  @maxValue(10)
  maxReplicas: int

  @description('Seconds without work after which the last replica goes.')
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

@description('Tags of every resource.')
param tags tagSet

@description('Hardware and limits.')
param sizing painter

@description('Id of the container environment.')
param environment string

@description('Name of the painter’s identity.')
param identityName string

@description('Server of the registry.')
param registryServer string

@description('Address of the vault, with a slash at its end.')
param vaultUri string

@description('Name of the account with the queue.')
param storageAccount string

@description('The image that it runs already; empty on the first provision.')
param runningImage string

@description('What earlier provisions left.')
param left found

var hardware = {
  none: { profile: 'Consumption', cpu: '2.0', memory: '4Gi' }
  T4: { profile: 'gpu-t4', cpu: '8.0', memory: '56Gi' }
  A100: { profile: 'gpu-a100', cpu: '24.0', memory: '220Gi' }
}
var port = 8000
var secretNames = concat(left.keys ? ['inference-key'] : [], left.hubToken ? ['hf-token'] : [])
var variables = concat(
  left.keys ? [{ name: 'INFERENCE_KEY', secretRef: 'inference-key' }] : [],
  left.hubToken ? [{ name: 'HF_TOKEN', secretRef: 'hf-token' }] : []
)
// The process answers at once while the model loads; how far that is, the function app asks /readyz.
var health = { path: '/healthz', port: port }

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource app 'Microsoft.App/containerApps@2026-01-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'painter' })
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    environmentId: environment
    workloadProfileName: hardware[sizing.profile].profile
    configuration: {
      activeRevisionsMode: 'Single'
      // The platform pulls, scales and reads secrets with it; the code inside gets no token at all.
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
          name: 'painter'
          image: left.painter ? runningImage : 'mcr.microsoft.com/k8se/quickstart:latest'
          resources: { cpu: json(hardware[sizing.profile].cpu), memory: hardware[sizing.profile].memory }
          env: variables
          // The placeholder serves nothing on our port.
          probes: !left.image
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
        // No HTTP rule: a stranger's request must not wake a GPU.
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
