using Xunit;

namespace Fairlead.Tests.Cli;

/// <summary>What a person mistyped is said in the language that was asked for.</summary>
public class ErrorLanguageTests
{
    [Theory]
    [InlineData("没有容器", "why", "nobody-here", "http://127.0.0.1:80")]
    [InlineData("对得上好几个容器", "why", "newapi", "http://127.0.0.1:80")]
    [InlineData("不在", "why", "new-api", "gopher://127.0.0.1:80")]
    [InlineData("不是端口", "why", "new-api", "127.0.0.1:99999")]
    [InlineData("地址后面要写端口", "why", "new-api", "127.0.0.1")]
    [InlineData("带路径就要写协议", "why", "new-api", "redis:6379/x")]
    [InlineData("没有写端口", "why", "new-api", "warehouse")]
    public async Task A_mistake_is_explained_in_Chinese(string says, params string[] args)
    {
        var ran = await CommandLine.RunAsync([.. args, "--demo", "--lang", "zh"]);
        Assert.Equal(2, ran.Exit);
        Assert.Equal("", ran.Out);
        Assert.Contains(says, ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(" is ", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Write", ran.Error, StringComparison.Ordinal);
    }
}
