using 'main.bicep'

// Everything at once, by hand rather than from azd's environment.
param environmentName = 'full'
param location = 'westus3'
param principalId = '00000000-0000-0000-0000-00000000000c'
param principalType = 'ServicePrincipal'
param inference = { profile: 'A100', maxReplicas: 4, cooldownSeconds: 900 }
param model = { id: 'an/sdxl', revision: '1234abcd' }
param gpuUsdPerHour = '1.9'
param privateNetwork = true
param promptWriter = { kind: 'azure', model: 'gpt-5.5', version: '2026-04-01', capacity: 50 }
param cosmosLocation = 'eastus2'
param openAiLocation = 'swedencentral'
param cosmosAutoscaleMax = 4000
param originals = { coolAfterDays: 10, coldAfterDays: 0 }
param functions = { python: '3.13', memoryMB: 4096, maxInstances: 100, alwaysReady: 2 }
param signIn = { clientId: '00000000-0000-0000-0000-00000000000d' }
param alerting = {
  email: 'somebody@example.org'
  gpuHoursAlert: 12
  dailyLogGb: '1.5'
  monthlyBudget: 500
  budgetStart: '2026-12-01'
}
param timezone = 'Europe/Berlin'
param extraOrigins = ['https://pictures.example.org']
param purgeProtection = true
param provisioned = { app: true, image: true, t4: true, a100: false, keys: true, huggingFaceToken: true }
