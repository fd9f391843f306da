// Logs with a daily cap, what reads them, and who is told.
import { tags as tagSet } from 'types.bicep'

@export()
@description('When somebody is told.')
type watching = {
  @description('An address for alerts and the budget, beside the owners of the subscription.')
  email: string

  @description('GPU hours within a day that are worth a mail.')
  @minValue(1)
  @maxValue(24)
  gpuHoursPerDay: int

  @description('Gigabytes of logs a day, after which no more are kept until the next; a decimal number.')
  @minLength(1)
  dailyLogGb: string

  @description('Dollars a month at which the budget warns; 0 makes no budget.')
  @minValue(0)
  monthlyBudget: int

  @description('First day of a month, which can never change once the budget is made.')
  @minLength(10)
  @maxLength(10)
  budgetStart: string
}

@description('Name of the workspace.')
param workspaceName string

@description('Name of Application Insights.')
param insightsName string

@description('Name of the action group.')
param actionGroupName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

@description('Cap and addressees.')
param watch watching

@description('Name of the function app’s identity, which sends telemetry.')
param appIdentity string

var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'
var owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentity
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
    features: { disableLocalAuth: true }
    workspaceCapping: { dailyQuotaGb: json(watch.dailyLogGb) }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource publishing 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, app.id, metricsPublisher)
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'autoimagegen'
    armRoleReceivers: [{ name: 'owners', roleId: owner, useCommonAlertSchema: true }]
    emailReceivers: empty(watch.email)
      ? []
      : [{ name: 'address', emailAddress: watch.email, useCommonAlertSchema: true }]
  }
}

output workspaceId string = workspace.id
output actionGroupId string = people.id
