// Package saml2 holds the SAML types that the OnSAMLLogin hook carries.
package saml2
