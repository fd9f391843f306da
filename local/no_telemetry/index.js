// Azurite loads this package at every start and calls it only without --disableTelemetry.
'use strict';
module.exports = {};
