// What somebody is told, looked at every fifteen minutes: more often would cost three times as much.
import { tags as tagSet } from 'types.bicep'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

@description('Id of the workspace.')
param workspace string

@description('Id of the action group.')
param actionGroup string

@description('Id of the painter’s container app.')
param painter string

@description('Replica hours within a day that are worth a mail.')
@minValue(1)
@maxValue(24)
param gpuHoursPerDay int

@description('Whether Azure OpenAI writes the prompts.')
param hasOpenAI bool

@description('Id of the Azure OpenAI account; empty without one.')
param openAI string

// Named events of the app, as functions/services/telemetry.py writes them.
var rules = [
  {
    name: 'jobs-failed'
    severity: 2
    what: 'A job failed. Activity on the dashboard has its reason.'
    query: loadTextContent('queries/jobs-failed.kql')
  }
  {
    name: 'no-heartbeat'
    severity: 1
    what: 'The timer that plans schedules has not run for fifteen minutes.'
    query: loadTextContent('queries/no-heartbeat.kql')
  }
  {
    name: 'api-errors'
    severity: 2
    what: 'More than one answer in twenty is a failure of the app.'
    query: loadTextContent('queries/api-errors.kql')
  }
]

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: rule.name
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.name
      description: rule.what
      severity: rule.severity
      enabled: true
      autoMitigate: true
      evaluationFrequency: 'PT15M'
      windowSize: 'PT15M'
      scopes: [workspace]
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [actionGroup] }
      // The tables are there only after the first telemetry.
      skipQueryValidation: true
    }
  }
]

var metrics = concat(
  [
    {
      name: 'painter-hours'
      what: 'The painter has been awake longer today than expected.'
      scope: painter
      window: 'P1D'
      // One sample a minute of each replica.
      threshold: gpuHoursPerDay * 60
      metricName: 'Replicas'
      namespace: 'Microsoft.App/containerApps'
      dimensions: []
    }
  ],
  !hasOpenAI
    ? []
    : [
        {
          name: 'openai-throttled'
          what: 'Azure OpenAI refuses requests for lack of quota.'
          scope: openAI
          window: 'PT15M'
          threshold: 10
          metricName: 'AzureOpenAIRequests'
          namespace: 'Microsoft.CognitiveServices/accounts'
          dimensions: [{ name: 'StatusCode', operator: 'Include', values: ['429'] }]
        }
      ]
)

resource metricAlerts 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for metric in metrics: {
    name: metric.name
    location: 'global'
    tags: tags
    properties: {
      description: metric.what
      severity: 2
      enabled: true
      autoMitigate: true
      evaluationFrequency: 'PT15M'
      windowSize: metric.window
      scopes: [metric.scope]
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: metric.name
            metricName: metric.metricName
            metricNamespace: metric.namespace
            dimensions: metric.dimensions
            operator: 'GreaterThan'
            threshold: metric.threshold
            timeAggregation: 'Total'
          }
        ]
      }
      actions: [{ actionGroupId: actionGroup }]
    }
  }
]
