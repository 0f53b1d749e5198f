// Package types holds the SAML element types that package saml2 refers to.
package types
