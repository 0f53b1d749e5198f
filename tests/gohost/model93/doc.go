// Package model93 holds the types of package model that servers of the oldest release send in another form.
package model93
