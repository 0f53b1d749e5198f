// Package saml2 holds the SAML types that the OnSAMLLogin hook carries.
package saml2

import (
	"time"

	types "example.com/mmplugin/gohost/samltypes"
)

type AssertionInfo struct {
	NameID                     string
	Values                     Values
	WarningInfo                *WarningInfo
	SessionIndex               string
	AuthnInstant               *time.Time
	SessionNotOnOrAfter        *time.Time
	Assertions                 []types.Assertion
	ResponseSignatureValidated bool
}

type ProxyRestriction struct {
	Count    int
	Audience []string
}

type Values map[string]types.Attribute

type WarningInfo struct {
	OneTimeUse       bool
	ProxyRestriction *ProxyRestriction
	NotInAudience    bool
	InvalidTime      bool
}
