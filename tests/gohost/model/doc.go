// Package model holds the Mattermost types that cross the plugin wire.
//
// The structs are written from the facts of the wire: Go field names, kinds and JSON names of an
// 11.6 server, without the fields and methods that never travel. Type names matter only where a
// value lies in an interface; those names are registered in package plugin.
package model
