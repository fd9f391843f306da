// Operations: alerts, the workbook, and the budget.
import { alertSettings } from 'monitoring.bicep'
import { tags as tagSet } from 'types.bicep'

@description('Name of the budget.')
param budgetName string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagSet

@description('Thresholds of the alerts and the budget.')
param alerting alertSettings

@description('Id of the Log Analytics workspace.')
param workspace string

@description('Id of the action group.')
param actionGroup string

@description('Id of the inference service’s container app.')
param inferenceApp string

@description('Whether Azure OpenAI writes the prompts.')
param hasOpenAI bool

@description('Id of the Azure OpenAI account; empty for none.')
param openAI string

module alerts 'alerts.bicep' = {
  params: {
    location: location
    tags: tags
    workspace: workspace
    actionGroup: actionGroup
    inferenceApp: inferenceApp
    gpuHoursAlert: alerting.gpuHoursAlert
    hasOpenAI: hasOpenAI
    openAI: openAI
  }
}

module workbook 'workbook.bicep' = {
  params: { location: location, tags: tags, workspace: workspace }
}

module budget 'budget.bicep' = if (alerting.monthlyBudget > 0) {
  params: {
    name: budgetName
    amount: alerting.monthlyBudget
    startDate: alerting.budgetStart
    actionGroup: actionGroup
  }
}
