package model

type StringArray []string

type StringInterface map[string]any

type StringMap map[string]string
