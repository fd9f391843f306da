// Where the painter's container runs: no machine is kept, so an idle environment costs nothing.
import { tags as tagSet } from 'types.bicep'

@description('Name of the environment.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

@description('Whether T4s may be had.')
param t4 bool

@description('Whether A100s may be had.')
param a100 bool

@description('Whether it is closed to the internet; otherwise HTTPS and the key guard it.')
param private bool

@description('Id of the subnet that closes it; empty for none.')
param subnet string

@description('Name of the workspace that keeps its logs.')
param workspaceName string

// GPU profiles take no counts: a replica brings its own GPU, and none stays.
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
    // By way of Azure Monitor, since the workspace's own way would need its key.
    appLogsConfiguration: { destination: 'azure-monitor' }
    vnetConfiguration: !private ? null : { infrastructureSubnetId: subnet, internal: true }
    workloadProfiles: profiles
    zoneRedundant: false
  }
}

// The newest version without `preview` is of 2016 and knows no categories.
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
