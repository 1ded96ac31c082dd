using Merpati.Host.Configuration;

namespace Merpati.Host.Tests;

/// <summary>The page of the keys says what the code does.</summary>
public sealed class ConfigurationPageTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "operating", "configuration.md");

    [Fact]
    public void ThePageIsWhatTheTableOfSettingsSays()
    {
        if (Environment.GetEnvironmentVariable("MERPATI_REGENERATE") == "1") File.WriteAllText(Page, SettingsPage.Write());
        Assert.Equal(SettingsPage.Write(), File.ReadAllText(Page));
    }

    [Fact]
    public void EveryDefaultIsAllowedAndEveryKeyStandsOnce()
    {
        Assert.All(SettingTable.All, setting => Assert.True(setting.Allows(setting.Default), setting.Key));
        Assert.Equal(SettingTable.All.Count, SettingTable.All.Select(setting => setting.Key).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void NoSettingIsLeftOutOfTheTable()
    {
        var tables = new[] { typeof(SettingTable), typeof(ListenerSettings), typeof(LoginSettings) };
        var values = tables.SelectMany(table => table.GetFields()).Select(field => field.GetValue(null)).ToList();
        var declared = values.OfType<Setting>().Concat(values.OfType<ListenerSetting>().SelectMany(listener => new Setting[] { listener.EndPoints, listener.ProxyFrom }));
        Assert.All(declared, setting => Assert.Contains(setting, SettingTable.All));
    }
}
