// Package types holds the SAML element types that package saml2 refers to.
package types

import (
	"encoding/xml"
	"time"
)

type Assertion struct {
	XMLName            xml.Name
	Version            string
	ID                 string
	IssueInstant       time.Time
	Issuer             *Issuer
	Signature          *Signature
	Subject            *Subject
	Conditions         *Conditions
	AttributeStatement *AttributeStatement
	AuthnStatement     *AuthnStatement
	SignatureValidated bool
}

type Attribute struct {
	XMLName      xml.Name
	FriendlyName string
	Name         string
	NameFormat   string
	Values       []AttributeValue
}

type AttributeStatement struct {
	XMLName    xml.Name
	Attributes []Attribute
}

type AttributeValue struct {
	XMLName xml.Name
	Type    string
	Value   string
}

type Audience struct {
	XMLName xml.Name
	Value   string
}

type AudienceRestriction struct {
	XMLName   xml.Name
	Audiences []Audience
}

type AuthnContext struct {
	XMLName              xml.Name
	AuthnContextClassRef *AuthnContextClassRef
}

type AuthnContextClassRef struct {
	XMLName xml.Name
	Value   string
}

type AuthnStatement struct {
	XMLName             xml.Name
	SessionIndex        string
	AuthnInstant        *time.Time
	SessionNotOnOrAfter *time.Time
	AuthnContext        *AuthnContext
}

type Conditions struct {
	XMLName              xml.Name
	NotBefore            string
	NotOnOrAfter         string
	AudienceRestrictions []AudienceRestriction
	OneTimeUse           *OneTimeUse
	ProxyRestriction     *ProxyRestriction
}

type Issuer struct {
	XMLName xml.Name
	Value   string
}

type NameID struct {
	XMLName xml.Name
	Value   string
}

type OneTimeUse struct {
	XMLName xml.Name
}

type ProxyRestriction struct {
	XMLName  xml.Name
	Count    int
	Audience []Audience
}

type Signature struct {
	SignatureDocument []byte
}

type Subject struct {
	XMLName             xml.Name
	NameID              *NameID
	SubjectConfirmation *SubjectConfirmation
}

type SubjectConfirmation struct {
	XMLName                 xml.Name
	Method                  string
	SubjectConfirmationData *SubjectConfirmationData
}

type SubjectConfirmationData struct {
	XMLName      xml.Name
	NotOnOrAfter string
	Recipient    string
	InResponseTo string
}
