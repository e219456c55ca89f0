package main

func scenarioChecks(*place) []check { return nil }
