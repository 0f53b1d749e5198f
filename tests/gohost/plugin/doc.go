// Package plugin holds the argument and return structs of every hook, API and driver call
// (Z_<Name>Args, Z_<Name>Returns) and registers the gob names that Mattermost registers.
package plugin
