// The workbook: jobs, durations, and cost.
import { tags as tagSet } from 'types.bicep'

@description('Region.')
param location string

@description('Tags of all resources.')
param tags tagSet

@description('Id of the Log Analytics workspace.')
param workspace string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Auto-Image-Gen'
    category: 'workbook'
    sourceId: workspace
    serializedData: string(union(loadJsonContent('queries/workbook.json'), { fallbackResourceIds: [workspace] }))
  }
}
