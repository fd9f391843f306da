// The budget sends emails; it doesn't stop any resource.

@minLength(1)
@maxLength(63)
@description('Name of the budget.')
param name string

@description('Amount in dollars per month.')
param amount int

@description('First day of a month, which can’t be changed later.')
@minLength(10)
@maxLength(10)
param startDate string

@description('Id of the action group that is notified.')
param actionGroup string

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    notifications: {
      half: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 50
        contactEmails: []
        contactGroups: [actionGroup]
        contactRoles: ['Owner']
      }
      forecast: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: []
        contactGroups: [actionGroup]
        contactRoles: ['Owner']
      }
      spent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        contactEmails: []
        contactGroups: [actionGroup]
        contactRoles: ['Owner']
      }
    }
  }
}
