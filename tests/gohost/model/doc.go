// Package model holds the Mattermost types that cross the plugin wire.
//
// The structs are generated from schema/plugin.json: Go field names, kinds and JSON names of the newest
// server there, without the fields and methods that never travel. Type names matter only where a
// value lies in an interface; those names are registered in package plugin.
package model
