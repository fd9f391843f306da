// Logs with a daily limit, Application Insights, and the action group.
import { tags as tagSet } from 'types.bicep'

@export()
@description('Thresholds and recipients of alerts, the log limit, and the budget.')
type alertSettings = {
  @description('Email address for alerts and the budget, in addition to the subscription owners.')
  email: string

  @description('GPU hours per day above which the alert fires.')
  @minValue(1)
  @maxValue(24)
  gpuHoursAlert: int

  @description('Daily log limit in gigabytes, as a decimal number; logs above it are dropped.')
  @minLength(1)
  dailyLogGb: string

  @description('Monthly budget in dollars; 0 for none.')
  @minValue(0)
  monthlyBudget: int

  @description('First day of a month, which can’t change after the budget is created.')
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

@description('Tags of all resources.')
param tags tagSet

@description('Log limit and recipients.')
param alerting alertSettings

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
    workspaceCapping: { dailyQuotaGb: json(alerting.dailyLogGb) }
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

resource publishAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, app.id, metricsPublisher)
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}

resource recipients 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'autoimagegen'
    armRoleReceivers: [{ name: 'owners', roleId: owner, useCommonAlertSchema: true }]
    emailReceivers: empty(alerting.email)
      ? []
      : [{ name: 'address', emailAddress: alerting.email, useCommonAlertSchema: true }]
  }
}

output workspaceId string = workspace.id
output actionGroupId string = recipients.id
