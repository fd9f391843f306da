// The container environment of the inference service. It reserves no machine, so it costs nothing when idle.
import { tags as tagSet } from 'types.bicep'

@description('Name of the environment.')
param name string

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('Whether the T4 profile is included.')
param t4 bool

@description('Whether the A100 profile is included.')
param a100 bool

@description('Whether the environment is private; otherwise HTTPS and a key protect it.')
param private bool

@description('Id of the subnet of a private environment; empty for none.')
param subnet string

@description('Name of the Log Analytics workspace for its logs.')
param workspaceName string

// Serverless GPU profiles have no node counts; each replica gets its own GPU.
var profiles = concat(
  [{ name: 'Consumption', workloadProfileType: 'Consumption' }],
  t4 ? [{ name: 'gpu-t4', workloadProfileType: 'Consumption-GPU-NC8as-T4' }] : [],
  a100 ? [{ name: 'gpu-a100', workloadProfileType: 'Consumption-GPU-NC24-A100' }] : []
)

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' existing = {
  name: workspaceName
}

resource environment 'Microsoft.App/managedEnvironments@2026-01-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // Azure Monitor needs no workspace key; a direct connection to the workspace does.
    appLogsConfiguration: { destination: 'azure-monitor' }
    vnetConfiguration: !private ? null : { infrastructureSubnetId: subnet, internal: true }
    workloadProfiles: profiles
    zoneRedundant: false
  }
}

// The latest stable version is from 2016 and doesn't support categories.
#disable-next-line use-recent-api-versions
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: environment
  name: 'logs'
  properties: {
    workspaceId: workspace.id
    logs: [
      { category: 'ContainerAppConsoleLogs', enabled: true }
      { category: 'ContainerAppSystemLogs', enabled: true }
    ]
  }
}

output id string = environment.id
output domain string = environment.properties.defaultDomain
output address string = environment.properties.staticIp
