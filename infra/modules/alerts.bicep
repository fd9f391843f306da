// Alerts, evaluated every 15 minutes because more frequent evaluation costs three times as much.
import { tags as tagSet } from 'types.bicep'

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('Id of the Log Analytics workspace.')
param workspace string

@description('Id of the action group.')
param actionGroup string

@description('Id of the inference service’s container app.')
param inferenceApp string

@description('Replica hours per day above which the alert fires.')
@minValue(1)
@maxValue(24)
param gpuHoursAlert int

@description('Whether Azure OpenAI writes the prompts.')
param hasOpenAI bool

@description('Id of the Azure OpenAI account; empty for none.')
param openAI string

// The queries use the event names in functions/services/telemetry.py.
var rules = [
  {
    name: 'jobs-failed'
    severity: 2
    description: 'A job failed. See Activity in the dashboard for the reason.'
    query: loadTextContent('queries/jobs-failed.kql')
  }
  {
    name: 'no-heartbeat'
    severity: 1
    description: 'The scheduling timer hasn’t run for 15 minutes.'
    query: loadTextContent('queries/no-heartbeat.kql')
  }
  {
    name: 'api-errors'
    severity: 2
    description: 'More than 5% of API responses are server errors.'
    query: loadTextContent('queries/api-errors.kql')
  }
  {
    name: 'scaler-failed'
    severity: 1
    description: 'The scaler can’t read the queue, so the number of GPU replicas no longer changes.'
    query: loadTextContent('queries/scaler-failed.kql')
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
      description: rule.description
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
      // The tables don't exist before the first telemetry.
      skipQueryValidation: true
    }
  }
]

var metrics = concat(
  [
    {
      name: 'gpu-hours'
      description: 'The GPU ran longer today than expected.'
      scope: inferenceApp
      window: 'P1D'
      // Each replica adds one sample per minute.
      threshold: gpuHoursAlert * 60
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
          description: 'Azure OpenAI rejects requests because the quota is exceeded.'
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
      description: metric.description
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
